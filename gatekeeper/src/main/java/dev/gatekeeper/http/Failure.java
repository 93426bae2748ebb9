package dev.gatekeeper.http;

import dev.gatekeeper.http.HttpFault.Reach;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a failure of the JDK's client means, in words of ours: its own may show a header. */
final class Failure {
  private static final int DEPTH = 16; // causes looked at

  private Failure() {}

  /** By the first cause that tells something. */
  static HttpFault of(@Nullable Throwable failure, Address target, Optional<Address> proxy) {
    String via = proxy.isPresent() ? " (through the proxy of its entry)" : "";
    Throwable cause = failure;
    boolean connecting = false;
    for (int i = 0; cause != null && i < DEPTH; i++, cause = cause.getCause()) {
      switch (cause) {
        case HttpFault fault -> {
          return fault;
        }
        case UnresolvedAddressException _ -> {
          return unsent("cannot be reached: its name has no address" + via);
        }
        case UnknownHostException _ -> {
          return unsent("cannot be reached: its name has no address" + via);
        }
        case HttpConnectTimeoutException _ -> {
          return unsent(
              "cannot be reached: no connection within " + Bounds.CONNECT.toSeconds() + " s" + via);
        }
        // The JDK's client wraps so what it gets in place of a socket, and nothing else.
        case InternalError none when none.getCause() instanceof IOException -> {
          return noDescriptor();
        }
        case SSLException tls -> {
          return tls(tls, target);
        }
        case ConnectException _ -> connecting = true;
        default -> {}
      }
    }
    if (connecting) {
      return unsent("cannot be reached: the connection was refused" + via);
    }
    String said = failure == null ? "" : String.valueOf(failure.getMessage());
    return said.toLowerCase(Locale.ROOT).contains("tunnel")
        ? tunnel()
        : new HttpFault(Reach.UNKNOWN, "broke off before it answered" + via);
  }

  /** The proxy refused to connect us. */
  static HttpFault tunnel() {
    return unsent("cannot be reached: the proxy of its entry does not let us through");
  }

  /** The process has as many files and connections open as it may. */
  static HttpFault noDescriptor() {
    return unsent("cannot be reached: the system has no file descriptor left for us");
  }

  private static HttpFault unsent(String why) {
    return new HttpFault(Reach.UNSENT, why);
  }

  /**
   * A handshake that failed carried nothing of ours. What the JDK says of it is passed on where it
   * is one of the few reasons that a person can do something about.
   */
  private static HttpFault tls(SSLException failure, Address target) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEPTH; i++, cause = cause.getCause()) {
      String said = String.valueOf(cause.getMessage());
      if (cause instanceof CertificateExpiredException) {
        return unsent("cannot be trusted: its certificate has expired");
      }
      if (cause instanceof CertificateNotYetValidException) {
        return unsent("cannot be trusted: its certificate is not valid yet (or the clock is slow)");
      }
      if (said.startsWith("No subject alternative") || said.startsWith("No name matching")) {
        return unsent(
            "cannot be trusted: its certificate is for another name than " + target.host());
      }
      boolean path =
          cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException;
      if (path && !(cause.getCause() instanceof java.security.cert.CertificateException)) {
        return unsent(
            "cannot be trusted: its certificate is from no authority that this machine knows (one"
                + " of a company's own is named by ca)");
      }
    }
    return String.valueOf(failure.getMessage()).contains("plaintext connection")
        ? unsent("does not speak TLS")
        : new HttpFault(Reach.UNKNOWN, "cannot be reached: TLS failed");
  }
}
