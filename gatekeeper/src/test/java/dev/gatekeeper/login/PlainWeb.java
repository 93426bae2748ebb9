package dev.gatekeeper.login;

import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Web;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The JDK's client, for tests. */
public final class PlainWeb implements Web {
  private final HttpClient client = HttpClient.newHttpClient();

  @Override
  public Answer send(Request request) throws LoginException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request.uri())
            .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()));
    request.headers().forEach(builder::setHeader);
    try {
      HttpResponse<byte[]> answer =
          client.send(builder.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(answer.statusCode(), answer.headers().map(), answer.body());
    } catch (IOException e) {
      throw LoginException.unreachable(request.uri().getHost() + " cannot be reached");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LoginException.unreachable("interrupted");
    }
  }
}
