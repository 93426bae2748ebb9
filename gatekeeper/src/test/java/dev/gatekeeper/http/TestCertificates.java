package dev.gatekeeper.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An authority and a server's certificate from it, made by keytool for one test. */
public record TestCertificates(Path ca, Path store) {
  private static final char[] WORD = "made-up-word".toCharArray();

  /** For {@code san}, such as {@code ip:127.0.0.1}; {@code further} arguments of keytool. */
  public static TestCertificates in(Path folder, String san, String... further) throws Exception {
    Path both = folder.resolve("both.p12");
    keytool(both, "ca", "-ext", "bc:c", "-startdate", "-20d");
    List<String> issued = new ArrayList<>(List.of("-signer", "ca", "-ext", "san=" + san));
    issued.addAll(List.of(further));
    keytool(both, "server", issued.toArray(String[]::new));

    KeyStore made = load(both);
    Certificate authority = made.getCertificate("ca");
    // Without the authority's own key, which would be shown for the server's.
    KeyStore server = KeyStore.getInstance("PKCS12");
    server.load(null, WORD);
    server.setCertificateEntry("ca", authority);
    server.setKeyEntry(
        "server", made.getKey("server", WORD), WORD, made.getCertificateChain("server"));
    Path store = folder.resolve("server.p12");
    try (OutputStream out = Files.newOutputStream(store)) {
      server.store(out, WORD);
    }
    String text = Base64.getMimeEncoder().encodeToString(authority.getEncoded());
    Path ca =
        Files.writeString(
            folder.resolve("authority.pem"),
            "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n");
    return new TestCertificates(ca, store);
  }

  private static void keytool(Path store, String name, String... further) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool") + ""));
    command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-genkeypair", "-keyalg", "EC"));
    command.addAll(List.of("-alias", name, "-dname", "CN=Test " + name));
    command.addAll(List.of("-storepass", new String(WORD), "-keystore", store.toString()));
    command.addAll(List.of(further));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Files.createTempFile(store.getParent(), "keytool", ".log").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("keytool %s", name).isZero();
  }

  private static KeyStore load(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, WORD);
    }
    return keys;
  }

  /** A listening socket on 127.0.0.1 that shows the certificate. */
  public ServerSocket socket() throws Exception {
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(load(store), WORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context
        .getServerSocketFactory()
        .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }
}
