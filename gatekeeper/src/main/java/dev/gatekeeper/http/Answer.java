package dev.gatekeeper.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What came back: a status, headers within bounds, and a body that is still to be read. To be
 * closed; closing it early ends the connection.
 */
public final class Answer implements AutoCloseable {
  /** What is read for the sake of a connection: more takes longer than a new one. */
  private static final int REST_BYTES = 16 << 10;

  private final int status;
  private final Map<String, List<String>> headers;
  private final Address from;
  private final BodyFlow body;

  Answer(int status, Map<String, List<String>> headers, Address from, BodyFlow body) {
    this.status = status;
    this.headers = headers;
    this.from = from;
    this.body = body;
  }

  /** RFC 9110 status code. */
  public int status() {
    return status;
  }

  /** Where it came from, after redirects. */
  public Address from() {
    return from;
  }

  /** The only value of a header; empty where there is none, or more than one. */
  public Optional<String> header(String name) {
    List<String> all = headers(name);
    return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
  }

  /** All values of a header, in order. */
  public List<String> headers(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /** {@code type/subtype} in lower case without parameters; empty where there is none. */
  public String mediaType() {
    String given = header("content-type").orElse("");
    int end = given.indexOf(';');
    return (end < 0 ? given : given.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  /**
   * The body. A read waits as long as the {@link Bounds} say and then throws an {@link HttpFault};
   * how many bytes are taken is the caller's to bound.
   */
  public InputStream body() {
    return body;
  }

  /**
   * The whole body.
   *
   * @param most bytes of it
   * @throws HttpFault where it is longer, or breaks off
   */
  public byte[] document(int most) throws HttpFault {
    try {
      byte[] read = body.readNBytes(most + 1);
      if (read.length > most) {
        throw new HttpFault(HttpFault.Reach.ANSWERED, "answers with more than " + most + " bytes");
      }
      return read;
    } catch (HttpFault e) {
      throw e;
    } catch (IOException e) {
      throw new HttpFault(HttpFault.Reach.UNKNOWN, "broke off its answer");
    } finally {
      close();
    }
  }

  /**
   * Reads what is left of the body, so that the connection can be used again, and closes; gives
   * both up where that is much or takes longer.
   */
  public void finish(Duration atMost) {
    body.finish(atMost, REST_BYTES);
  }

  @Override
  public void close() {
    body.close();
  }
}
