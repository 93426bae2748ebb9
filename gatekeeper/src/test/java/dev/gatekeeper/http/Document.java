package dev.gatekeeper.http;

/** A whole answer, whatever its status. */
final class Document {
  private final Answer answer;
  private final byte[] body;

  private Document(Answer answer, byte[] body) {
    this.answer = answer;
    this.body = body;
  }

  static Document of(Connector connector, Outgoing request, Bounds bounds, int most)
      throws HttpFault {
    try (Transfer transfer = connector.start(request, bounds)) {
      Answer answer = transfer.await();
      return new Document(answer, answer.document(most));
    }
  }

  Answer answer() {
    return answer;
  }

  byte[] body() {
    return body;
  }
}
