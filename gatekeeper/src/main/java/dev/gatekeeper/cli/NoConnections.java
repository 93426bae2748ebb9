package dev.gatekeeper.cli;

import java.io.IOException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.net.URLStreamHandlerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Takes the web away from {@link URL}: nothing in this program, a library of it included, reaches
 * the network by opening one. Files and jars stay.
 *
 * <p>It is faster, too. The set-up of {@code javax.crypto} makes a URL of the web, for which the
 * JDK would open every jar on the class path in search of handlers, 30 ms that an agent waits for.
 */
final class NoConnections extends URLStreamHandler implements URLStreamHandlerFactory {
  @Override
  public @Nullable URLStreamHandler createURLStreamHandler(String protocol) {
    // Null leaves it to the JDK: jars are read so.
    return protocol.equals("http") || protocol.equals("https") ? this : null;
  }

  @Override
  protected URLConnection openConnection(URL url) throws IOException {
    throw new IOException("this program opens no connection by a URL");
  }
}
