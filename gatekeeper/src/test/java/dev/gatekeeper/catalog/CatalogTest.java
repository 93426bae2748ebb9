package dev.gatekeeper.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.wire.MalformedException;
import dev.gatekeeper.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CatalogTest {
  private final Catalog catalog = new Catalog();

  @Test
  void isEmptyWithoutOffers() {
    for (Kind kind : Kind.values()) {
      assertThat(catalog.list(kind)).isEmpty();
      assertThat(catalog.find(kind, "a__b")).isEmpty();
    }
  }

  @Test
  void ordersByServerWhateverComesFirst() throws MalformedException {
    catalog.offer(Kind.TOOL, "zeta", tools("zeta", "{\"name\":\"t\"}"));
    catalog.offer(Kind.TOOL, "alpha", tools("alpha", "{\"name\":\"z\"},{\"name\":\"a\"}"));
    assertThat(catalog.list(Kind.TOOL))
        .extracting(Item::publicName)
        .containsExactly("alpha__z", "alpha__a", "zeta__t");
  }

  @Test
  void tellsWhetherTheMergedListChanged() throws MalformedException {
    List<Item> one = tools("a", "{\"name\":\"t\",\"description\":\"one\"}");
    assertThat(catalog.offer(Kind.TOOL, "a", one)).isTrue();
    assertThat(catalog.offer(Kind.TOOL, "a", List.copyOf(one))).isFalse();
    List<Item> two = tools("a", "{\"name\":\"t\",\"description\":\"two\"}");
    assertThat(catalog.offer(Kind.TOOL, "a", two)).isTrue();
    assertThat(catalog.offer(Kind.TOOL, "a", List.of())).isTrue();
    assertThat(catalog.offer(Kind.TOOL, "a", List.of())).isFalse();
  }

  @Test
  void givesAUriOfTwoServersToTheFirst() throws MalformedException {
    catalog.offer(Kind.RESOURCE, "b", resource("b"));
    catalog.offer(Kind.RESOURCE, "a", resource("a"));
    assertThat(catalog.find(Kind.RESOURCE, "x://y").orElseThrow().server()).isEqualTo("a");
    assertThat(catalog.list(Kind.RESOURCE)).hasSize(1);
  }

  @Test
  void keepsTheFirstOfARepeatedName() throws MalformedException {
    catalog.offer(Kind.TOOL, "a", tools("a", "{\"name\":\"t\",\"x\":1},{\"name\":\"t\",\"x\":2}"));
    assertThat(text(catalog.find(Kind.TOOL, "a__t").orElseThrow())).contains("\"x\":1");
  }

  @Test
  void changesNoByteOfADefinitionButItsName() throws MalformedException {
    List<Item> items =
        tools("s", "{ \"title\":\"\\u00e9\", \"name\" : \"t\", \"big\":123456789012345678901.0 }");
    assertThat(text(items.getFirst()))
        .isEqualTo(
            "{ \"title\":\"\\u00e9\", \"name\" : \"s__t\", \"big\":123456789012345678901.0 }");
  }

  @Test
  void leavesOutWhatIsNotAllowedAndWhatHasNoUsableName() throws MalformedException {
    String tools =
        "{\"name\":\"ok\"},{\"name\":\"no\"},{\"name\":1},{},7,{\"name\":\"a\",\"Name\":\"ok\"}";
    ListPage page = page(tools);
    assertThat(page.definitions()).extracting(Offered::name).containsExactly("ok");
    assertThat(page.refused()).isEqualTo(4);
  }

  @Test
  void findsTheServerOfAUriByItsTemplate() throws MalformedException {
    Slice result =
        json("{\"resourceTemplates\":[{\"uriTemplate\":\"demo://{id}\",\"name\":\"d\"}]}");
    catalog.offer(
        Kind.TEMPLATE,
        "s",
        items(Kind.TEMPLATE, "s", ListPage.parse(Kind.TEMPLATE, result, name -> true)));
    assertThat(catalog.templateFor("demo://7").orElseThrow().server()).isEqualTo("s");
    assertThat(catalog.templateFor("other://7")).isEmpty();
  }

  private static List<Item> resource(String server) throws MalformedException {
    Slice result = json("{\"resources\":[{\"uri\":\"x://y\",\"name\":\"r\"}]}");
    return items(Kind.RESOURCE, server, ListPage.parse(Kind.RESOURCE, result, name -> true));
  }

  private static List<Item> tools(String server, String tools) throws MalformedException {
    return items(Kind.TOOL, server, page(tools));
  }

  private static ListPage page(String tools) throws MalformedException {
    return ListPage.parse(
        Kind.TOOL, json("{\"tools\":[" + tools + "]}"), name -> !name.equals("no"));
  }

  private static List<Item> items(Kind kind, String server, ListPage page)
      throws MalformedException {
    List<Item> items = new ArrayList<>();
    for (Offered offered : page.definitions()) {
      items.add(Item.of(kind, server, offered));
    }
    return items;
  }

  private static Slice json(String text) throws MalformedException {
    return Slice.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(Item item) {
    return new String(item.definition().toBytes(), StandardCharsets.UTF_8);
  }
}
