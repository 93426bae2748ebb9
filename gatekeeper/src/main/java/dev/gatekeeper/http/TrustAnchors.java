package dev.gatekeeper.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates count: the platform's authorities, and those of one file beside them. */
final class TrustAnchors {
  /** A bundle of all public authorities has some 250 KB. */
  private static final int MAX_BYTES = 1 << 20;

  private TrustAnchors() {}

  /**
   * A TLS context without a client certificate.
   *
   * @param extra certificates in PEM
   * @param digest which that file must have
   * @throws HttpFault where they cannot be used; the message does not show the file's content
   */
  static SSLContext context(Optional<Path> extra, Optional<String> digest) throws HttpFault {
    try {
      TrustManager[] managers = platform(null).getTrustManagers();
      if (extra.isPresent()) {
        managers = platform(with(managers, certificates(extra.get(), digest))).getTrustManagers();
      }
      return context(managers);
    } catch (GeneralSecurityException e) {
      throw new HttpFault(
          HttpFault.Reach.UNSENT, "the platform's trust store cannot be read: no TLS without it");
    }
  }

  /**
   * A TLS context for which nothing but these certificates counts.
   *
   * @throws HttpFault where they are none; the message does not show the text
   */
  static SSLContext only(byte[] pem) throws HttpFault {
    try {
      TrustManager[] none = {};
      return context(platform(with(none, certificates(pem))).getTrustManagers());
    } catch (GeneralSecurityException e) {
      throw new HttpFault(
          HttpFault.Reach.UNSENT, "what it is known by holds something else than certificates");
    }
  }

  private static SSLContext context(TrustManager[] managers) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers, null);
    return context;
  }

  private static Collection<? extends Certificate> certificates(byte[] pem)
      throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem));
  }

  private static TrustManagerFactory platform(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }

  private static KeyStore with(TrustManager[] platform, Collection<? extends Certificate> extra)
      throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new AssertionError("an empty store", e);
    }
    int at = 0;
    for (TrustManager manager : platform) {
      if (manager instanceof X509TrustManager x509) {
        for (X509Certificate issuer : x509.getAcceptedIssuers()) {
          store.setCertificateEntry("platform-" + at++, issuer);
        }
      }
    }
    for (Certificate certificate : extra) {
      store.setCertificateEntry("extra-" + at++, certificate);
    }
    return store;
  }

  /** {@code sha256:} and the hexadecimal SHA-256 of a file of certificates. */
  static String digest(Path file) throws HttpFault {
    return digest(read(file));
  }

  private static String digest(byte[] pem) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(pem);
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("SHA-256 is part of every JDK", e);
    }
  }

  private static byte[] read(Path file) throws HttpFault {
    byte[] pem;
    try (InputStream in = Files.newInputStream(file)) {
      pem = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw unusable(file, "cannot be read");
    }
    if (pem.length > MAX_BYTES) {
      throw unusable(file, "has more than " + MAX_BYTES + " bytes");
    }
    return pem;
  }

  private static Collection<? extends Certificate> certificates(Path file, Optional<String> digest)
      throws HttpFault {
    byte[] pem = read(file);
    if (digest.isPresent() && !digest.get().equals(digest(pem))) {
      throw unusable(
          file,
          "is not the one that was locked. Where that is right, a person types: gatekeeper"
              + " allowlist lock");
    }
    try {
      Collection<? extends Certificate> found = certificates(pem);
      if (found.isEmpty()) {
        throw unusable(file, "holds no certificate in PEM");
      }
      return found;
    } catch (GeneralSecurityException e) {
      throw unusable(file, "holds something else than certificates in PEM");
    }
  }

  private static HttpFault unusable(Path file, String why) {
    return new HttpFault(HttpFault.Reach.UNSENT, "the file of ca, " + file + "," + " " + why);
  }
}
