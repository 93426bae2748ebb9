package dev.gatekeeper.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.report.Selection;
import dev.gatekeeper.report.Story;
import dev.gatekeeper.report.source.Sources;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

@Timeout(60)
final class PageTest {
  private static final String HOSTILE =
      "</td></script><script>alert(1)</script><img src=x"
          + " onerror=alert(2)>\"'&\u202e\u0000\u001b[2J";

  @TempDir Path folder;

  @Test
  void textOfOthersStaysText() throws Exception {
    try (Story log = new Story(folder.resolve("a"))) {
      log.event(Event.SESSION_OPEN, HOSTILE);
      log.grant(HOSTILE, "secret:" + HOSTILE);
      log.outcome(log.intent(HOSTILE, HOSTILE), HOSTILE);
    }
    String page = page("b@o.b=a");
    assertThat(page)
        .doesNotContain("<script>alert", "<img", "\u202e", "\u0000", "\u001b")
        .contains("&lt;/script&gt;&lt;script&gt;alert(1)", "\\u202e\\u0000\\u001b[2J");
    Document tree = parsed(page);
    assertThat(tree.getElementsByTagName("script").getLength()).isOne();
    assertThat(tree.getElementsByTagName("img").getLength()).isZero();
    assertThat(tree.getElementsByTagName("table").getLength()).isEqualTo(6);
  }

  @Test
  void thePolicyAllowsItsOwnStyleAndScriptAndNothingElse() throws Exception {
    SampleLog.closed(folder.resolve("a"), 4);
    String page = page("a");
    assertThat(page)
        .contains(
            "default-src 'none'; style-src 'sha256-"
                + digest(between(page, "<style>", "</style>"))
                + "'; script-src 'sha256-"
                + digest(between(page, "<script>", "</script>"))
                + "'; base-uri 'none'; form-action 'none'")
        .doesNotContainPattern("(?i)\\s(src|href|srcset|style|on[a-z]+)\\s*=")
        .doesNotContainPattern("(?i)https?:|url\\(|@import|<link|<iframe|<base");
  }

  @Test
  void theVerdictStandsAboveAllElse() throws Exception {
    SampleLog.closed(folder.resolve("a"), 20);
    assertThat(page("alice=a"))
        .contains(
            "<section class=\"verdict sound\"><p><strong>Sound</strong>: log <code>alice</code>")
        .contains("20 records, the first 20 of them signed; 1 calls without an outcome.");
    Path segment = folder.resolve("a").resolve(SampleLog.SEGMENT);
    Files.writeString(segment, Files.readString(segment).replaceFirst("github", "gitlab"));
    String page = page("a");
    assertThat(page.indexOf("<strong>Altered, or records are lost</strong>"))
        .isPositive()
        .isLessThan(page.indexOf("<table"));
    assertThat(page).doesNotContain(">Sound<");
  }

  @Test
  void aLongTimelineIsCutAndSaysSo() throws Exception {
    SampleLog.closed(folder.resolve("a"), 3);
    List<String> lines = SampleLog.lines(folder.resolve("a"));
    StringBuilder many = new StringBuilder(lines.getFirst()).append('\n');
    for (int n = 1; n <= Page.MAX_ROWS + 10; n++) {
      many.append(
              lines
                  .get(1)
                  .replace("call.intent", "hook")
                  .replace("\"n\":\"1\"", "\"n\":\"" + n + "\""))
          .append('\n');
    }
    Files.writeString(folder.resolve("a").resolve(SampleLog.SEGMENT), many);
    assertThat(page("a")).contains("The newest 5000 of 5011 rows.");
  }

  /** Whom it is handed to cannot know what was typed. */
  @Test
  void aPageOfAPartSaysSo() throws Exception {
    SampleLog.closed(folder.resolve("a"), 4);
    assertThat(page("a")).doesNotContain("A part of the log", "Only ");
    String part = page("a", "records with server <b>");
    assertThat(part)
        .contains("<strong>A part of the log</strong>: all tables and the timeline below have only")
        .contains("only records with server &lt;b&gt;. What is judged above is the whole.")
        .contains(" rows. Only records with server &lt;b&gt;.");
  }

  private String page(String log) throws Exception {
    return page(log, "");
  }

  private String page(String log, String asked) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Sources sources = Sources.open(List.of(log), folder)) {
      new Page(
              sources,
              Selection.ALL,
              asked,
              Story.START,
              source -> List.of(),
              AuditVerifier.withoutKey(),
              rows -> {})
          .writeTo(out);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The page as a browser's tree: our markup is also XML, but for void elements and scripts. */
  private static Document parsed(String page) throws Exception {
    String body = page.replaceAll("(?s)<(style|script)>.*?</\\1>", "<$1></$1>");
    String xml = body.replaceFirst("<!DOCTYPE html>", "").replaceAll("<meta([^>]*)>", "<meta$1/>");
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
  }

  private static String between(String text, String start, String end) {
    Matcher found =
        Pattern.compile(Pattern.quote(start) + "(.*?)" + Pattern.quote(end), Pattern.DOTALL)
            .matcher(text);
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  private static String digest(String text) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder().encodeToString(hash);
  }
}
