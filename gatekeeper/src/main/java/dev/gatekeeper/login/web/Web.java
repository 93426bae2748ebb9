package dev.gatekeeper.login.web;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * One request and its answer. Whoever implements it follows no redirect out of the origin that was
 * asked, keeps no cookie, takes no proxy from the environment, and bounds time and size.
 */
public interface Web {
  /** Bytes of an answer: metadata and tokens are a few kilobytes. */
  int MAX_ANSWER = 256 << 10;

  /** The answer, whatever its status. */
  Answer send(Request request) throws LoginException;

  /**
   * What is sent.
   *
   * @param headers by name
   * @param body empty for none
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Request(String method, URI uri, SortedMap<String, String> headers, byte[] body) {
    @Override
    public String toString() {
      return method + " " + uri.getHost(); // headers and body hold secrets
    }
  }

  /**
   * What came back.
   *
   * @param headers by name in lower case
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Answer(int status, Map<String, List<String>> headers, byte[] body) {
    public List<String> header(String lowerCaseName) {
      return headers.getOrDefault(lowerCaseName, List.of());
    }

    @Override
    public String toString() {
      return "status " + status;
    }
  }
}
