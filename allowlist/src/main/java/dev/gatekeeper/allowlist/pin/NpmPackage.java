package dev.gatekeeper.allowlist.pin;

import java.util.List;
import java.util.Optional;

/**
 * One package of an npm tree.
 *
 * @param version exact
 * @param integrity SHA-512 of its archive (Subresource Integrity, one hash); empty where {@code
 *     bundled}
 * @param name as the registry knows it, where that is not the name of its folder
 * @param optional whether the tree is whole without it, where the platform is not its own
 * @param bundled whether it lies in the archive of the package around it
 * @param os names of operating systems as node has them, each perhaps with {@code !}; none: all
 * @param cpu the same for architectures
 * @param libc the same for C libraries
 */
public record NpmPackage(
    String version,
    Optional<String> integrity,
    Optional<String> name,
    boolean optional,
    boolean bundled,
    List<String> os,
    List<String> cpu,
    List<String> libc) {
  public NpmPackage {
    os = List.copyOf(os);
    cpu = List.copyOf(cpu);
    libc = List.copyOf(libc);
  }

  /** Whether it is installed on some platforms only. */
  public boolean dependsOnPlatform() {
    return !os.isEmpty() || !cpu.isEmpty() || !libc.isEmpty();
  }
}
