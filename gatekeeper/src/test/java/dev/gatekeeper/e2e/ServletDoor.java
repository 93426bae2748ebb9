package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.catalina.Context;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the transport of {@link ServletPeer}: it says a line of each request, asks for
 * a token where there are any, and can end the streams that belong to no request.
 */
final class ServletDoor extends HttpFilter {
  private static final long serialVersionUID = 1;

  private final transient @Nullable Path tokens;
  private final String metadata;
  private final transient List<AsyncContext> streams = new ArrayList<>();
  private final transient Set<String> forgotten = ConcurrentHashMap.newKeySet();

  /** Lets everybody in. */
  ServletDoor() {
    this.tokens = null;
    this.metadata = "";
  }

  /**
   * Lets in who has a token that stands in {@code tokens}, a line each, read anew each time; all
   * others are sent to {@code metadata}.
   */
  ServletDoor(Path tokens, String metadata) {
    this.tokens = tokens;
    this.metadata = metadata;
  }

  void before(Context context) {
    FilterDef definition = new FilterDef();
    definition.setFilterName("door");
    definition.setFilter(this);
    definition.setAsyncSupported("true");
    context.addFilterDef(definition);
    FilterMap map = new FilterMap();
    map.setFilterName("door");
    map.addURLPattern("/*");
    map.setDispatcher(DispatcherType.REQUEST.name());
    context.addFilterMap(map);
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    System.out.println(request.getMethod() + " " + request.getHeader("Mcp-Session-Id"));
    String given = Objects.requireNonNullElse(request.getHeader("Authorization"), "");
    if (tokens != null
        && !Files.readString(tokens, UTF_8).lines().anyMatch(t -> given.equals("Bearer " + t))) {
      response.setHeader("WWW-Authenticate", "Bearer resource_metadata=\"" + metadata + "\"");
      response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
      return;
    }
    String session = request.getHeader("Mcp-Session-Id");
    if (session != null && forgotten.remove(session)) {
      end(session, request);
    }
    chain.doFilter(request, response);
    if (request.getMethod().equals("GET") && request.isAsyncStarted()) {
      synchronized (streams) {
        streams.add(request.getAsyncContext());
      }
    }
  }

  /** At the next request of the session it is one that the transport does not know. */
  void forget(String session) {
    forgotten.add(session);
  }

  private static void end(String session, HttpServletRequest request) throws IOException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      client.send(
          HttpRequest.newBuilder(URI.create(request.getRequestURL().toString()))
              .header("Mcp-Session-Id", session)
              .DELETE()
              .build(),
          BodyHandlers.discarding());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the streams that belong to no request, as something on the way may; how many. */
  int hangUp() {
    synchronized (streams) {
      int ended = streams.size();
      streams.forEach(AsyncContext::complete);
      streams.clear();
      return ended;
    }
  }
}
