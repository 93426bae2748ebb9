package dev.gatekeeper.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    catalog.offer(Kind.RESOURCE, "b", resource("b", false));
    catalog.offer(Kind.RESOURCE, "a", resource("a", false));
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
  }

  @Test
  void findsTheServerOfAUriByItsTemplate() throws MalformedException {
    catalog.offer(Kind.TEMPLATE, "s", template("s", "demo://{id}", false));
    assertThat(owner("demo://7")).contains("s");
    assertThat(owner("demo://{id}")).contains("s");
    assertThat(owner("other://7")).isEmpty();
  }

  @Test
  void whatWasReviewedIsNotTakenByWhatAServerSaysOfItself() throws MalformedException {
    catalog.offer(Kind.RESOURCE, "a", resource("a", false));
    catalog.offer(Kind.TEMPLATE, "a", template("a", "{+all}", false));
    assertThat(owner("x://y")).contains("a");
    catalog.offer(Kind.TEMPLATE, "c", template("c", "x://{any}", true));
    assertThat(owner("x://y")).contains("c");
    assertThat(owner("x://z")).contains("c");
    assertThat(owner("z://z")).contains("a");
    catalog.offer(Kind.RESOURCE, "b", resource("b", true));
    assertThat(owner("x://y")).contains("b");
    assertThat(catalog.list(Kind.RESOURCE)).extracting(Item::server).containsExactly("b");
  }

  private Optional<String> owner(String uri) {
    return catalog.ownerOf(uri).map(Item::server);
  }

  private static List<Item> template(String server, String template, boolean reviewed)
      throws MalformedException {
    Slice result =
        json("{\"resourceTemplates\":[{\"uriTemplate\":\"" + template + "\",\"name\":\"d\"}]}");
    ListPage page = ListPage.parse(Kind.TEMPLATE, result, name -> true);
    return items(Kind.TEMPLATE, server, page, reviewed);
  }

  private static List<Item> resource(String server, boolean reviewed) throws MalformedException {
    Slice result = json("{\"resources\":[{\"uri\":\"x://y\",\"name\":\"r\"}]}");
    ListPage page = ListPage.parse(Kind.RESOURCE, result, name -> true);
    return items(Kind.RESOURCE, server, page, reviewed);
  }

  private static List<Item> tools(String server, String tools) throws MalformedException {
    return items(Kind.TOOL, server, page(tools));
  }

  @Test
  void whatIsNoListIsNotAnEmptyOne() {
    for (String answer : List.of("\"x\"", "{}", "null", "1")) {
      assertThatThrownBy(
              () -> ListPage.parse(Kind.TOOL, json("{\"tools\":" + answer + "}"), _ -> true))
          .as(answer)
          .isInstanceOf(MalformedException.class);
    }
  }

  private static ListPage page(String tools) throws MalformedException {
    return ListPage.parse(
        Kind.TOOL, json("{\"tools\":[" + tools + "]}"), name -> !name.equals("no"));
  }

  private static List<Item> items(Kind kind, String server, ListPage page)
      throws MalformedException {
    return items(kind, server, page, false);
  }

  private static List<Item> items(Kind kind, String server, ListPage page, boolean reviewed)
      throws MalformedException {
    List<Item> items = new ArrayList<>();
    for (Offered offered : page.definitions()) {
      items.add(Item.of(kind, server, offered, reviewed));
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
