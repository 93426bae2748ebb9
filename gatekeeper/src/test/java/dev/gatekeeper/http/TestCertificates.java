package dev.gatekeeper.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An authority and a server's certificate from it, made by keytool for one test. */
public record TestCertificates(Path ca, Path store) {
  private static final String WORD = "made-up-word";

  /** For {@code san}, such as {@code ip:127.0.0.1}; {@code further} arguments of keytool. */
  public static TestCertificates in(Path folder, String san, String... further) throws Exception {
    Path authority = folder.resolve("authority.p12");
    Path server = folder.resolve("server.p12");
    Path ca = folder.resolve("authority.pem");
    Path request = folder.resolve("request.pem");
    Path issued = folder.resolve("issued.pem");
    keytool(
        authority,
        List.of("-genkeypair", "-alias", "ca", "-keyalg", "EC", "-dname", "CN=Test authority"),
        "-ext",
        "bc:c",
        "-startdate",
        "-20d");
    keytool(authority, List.of("-exportcert", "-rfc", "-alias", "ca", "-file", ca.toString()));
    keytool(
        server, List.of("-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=server"));
    keytool(server, List.of("-certreq", "-alias", "server", "-file", request.toString()));
    List<String> issue =
        new ArrayList<>(List.of("-gencert", "-rfc", "-alias", "ca", "-infile", request.toString()));
    issue.addAll(List.of("-outfile", issued.toString(), "-ext", "san=" + san));
    keytool(authority, issue, further);
    keytool(server, List.of("-importcert", "-noprompt", "-alias", "ca", "-file", ca.toString()));
    keytool(
        server,
        List.of("-importcert", "-noprompt", "-alias", "server", "-file", issued.toString()));
    return new TestCertificates(ca, server);
  }

  private static void keytool(Path store, List<String> line, String... further) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool") + ""));
    command.addAll(line);
    command.addAll(List.of("-storepass", WORD, "-keystore", store.toString()));
    command.addAll(List.of(further));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Files.createTempFile(store.getParent(), "keytool", ".log").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("keytool %s", line.getFirst()).isZero();
  }

  /** A listening socket on 127.0.0.1 that shows the certificate. */
  public ServerSocket socket() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, WORD.toCharArray());
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, WORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context
        .getServerSocketFactory()
        .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }
}
