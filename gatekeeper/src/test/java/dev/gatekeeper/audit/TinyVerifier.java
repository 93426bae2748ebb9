package dev.gatekeeper.audit;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The verifier of one file, as somebody else runs it: with nothing of ours beside it. */
public final class TinyVerifier {
  public static final Path SOURCE = Path.of("../examples/verify/Verify.java");

  private final Method log;
  private final Method proof;
  private final Method macs;

  private TinyVerifier(Method log, Method proof, Method macs) {
    this.log = log;
    this.proof = proof;
    this.macs = macs;
  }

  public static TinyVerifier compile(Path classes) throws Exception {
    List<String> command = List.of("--release", "17", "-d", classes.toString(), SOURCE.toString());
    int compiled =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, command.toArray(String[]::new));
    if (compiled != 0) {
      throw new AssertionError(SOURCE + " does not compile");
    }
    URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, null);
    Class<?> verify = loader.loadClass("Verify");
    return new TinyVerifier(
        accessible(verify.getDeclaredMethod("judge", Path.class)),
        accessible(verify.getDeclaredMethod("judge", Path.class, Path.class, Path.class)),
        accessible(verify.getDeclaredMethod("verdict", Path.class, byte[].class)));
  }

  private static Method accessible(Method method) {
    method.setAccessible(true);
    return method;
  }

  /** The exit status for a log. */
  public int judge(Path directory) throws Exception {
    return (int) log.invoke(null, directory);
  }

  /** The exit status for a log of which the MACs are checked by a key in a file, and its words. */
  public String judgeBy(Path key, Path directory) throws Exception {
    byte[] half = Base64.getUrlDecoder().decode(Files.readString(key).strip());
    return (String) macs.invoke(null, directory, half);
  }

  /**
   * The exit status for a proof.
   *
   * @param checkpoint that was kept, if any
   * @param value that is claimed, if any
   */
  public int judge(Path file, @Nullable Path checkpoint, @Nullable Path value) throws Exception {
    return (int) proof.invoke(null, file, checkpoint, value);
  }
}
