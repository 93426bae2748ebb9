package dev.gatekeeper.allowlist.pin;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which bytes run when a server is started. */
public sealed interface ProgramPin {
  /** The value of {@code kind} in the lock. */
  String kind();

  /**
   * Digests of the files of code that the arguments name, by the argument's index in the entry's
   * {@code args}: a program of a package runs these as much as an interpreter does.
   */
  default SortedMap<Integer, Digest> files() {
    return Collections.emptySortedMap();
  }

  /**
   * A package of npm and all that it depends on, from which another machine installs the same files
   * without asking anybody for versions.
   *
   * @param name of the package
   * @param version exact
   * @param bin the program's file: a path of the installed tree, {@code node_modules/NAME/…}
   * @param installed digest of all installed files (docs/lock-format.md), by platform; under {@link
   *     Platform#ANY} alone where no package of the tree is for some platforms only
   * @param tree by path, {@code node_modules/NAME[/node_modules/NAME]…}
   */
  record Npm(
      String name,
      String version,
      String bin,
      SortedMap<Platform, Digest> installed,
      SortedMap<String, NpmPackage> tree,
      SortedMap<Integer, Digest> files)
      implements ProgramPin {
    public Npm {
      files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
      installed = Collections.unmodifiableSortedMap(new TreeMap<>(installed));
      tree = Collections.unmodifiableSortedMap(new TreeMap<>(tree));
    }

    /** What is to be installed here; empty where nobody recorded it on such a platform yet. */
    public Optional<Digest> installedOn(Platform platform) {
      return Optional.ofNullable(
          installed.containsKey(Platform.ANY)
              ? installed.get(Platform.ANY)
              : installed.get(platform));
    }

    /** This pin with what other platforms recorded for the same tree. */
    public Npm with(SortedMap<Platform, Digest> others) {
      SortedMap<Platform, Digest> all = new TreeMap<>(others);
      all.putAll(installed);
      return new Npm(name, version, bin, all, tree, files);
    }

    /** This pin of a line that names these files. */
    public Npm naming(SortedMap<Integer, Digest> code) {
      return new Npm(name, version, bin, installed, tree, code);
    }

    @Override
    public String kind() {
      return "npm";
    }
  }

  /**
   * A program of the machine.
   *
   * @param program of its bytes
   */
  record Binary(Digest program, SortedMap<Integer, Digest> files) implements ProgramPin {
    public Binary {
      files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    @Override
    public String kind() {
      return "binary";
    }
  }

  /**
   * Code that an interpreter of the machine runs. The interpreter differs from machine to machine
   * and with each update; it is recorded by each machine, and named here.
   *
   * @param interpreter the entry's command without its directory
   * @param files at least one
   */
  record Script(String interpreter, SortedMap<Integer, Digest> files) implements ProgramPin {
    public Script {
      files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    @Override
    public String kind() {
      return "script";
    }
  }

  /**
   * A container image.
   *
   * @param digest of its manifest as registries know it; of its configuration where {@code local}
   * @param local whether it was built on this machine, and no registry knows it
   */
  record Image(Digest digest, boolean local) implements ProgramPin {
    @Override
    public String kind() {
      return "image";
    }
  }

  /**
   * A package of Python and all that it depends on, as wheels.
   *
   * @param name of the package, normalised (PEP 503)
   * @param version exact
   * @param entry what is called, {@code module:function} (the entry points specification)
   * @param python the version that the wheels are for, {@code 3.12}
   * @param installed digest of all installed files
   * @param wheels by normalised name, the package itself among them
   */
  record Python(
      String name,
      String version,
      String entry,
      String python,
      Digest installed,
      SortedMap<String, Wheel> wheels,
      SortedMap<Integer, Digest> files)
      implements ProgramPin {
    public Python {
      files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
      wheels = Collections.unmodifiableSortedMap(new TreeMap<>(wheels));
    }

    /** This pin of a line that names these files. */
    public Python naming(SortedMap<Integer, Digest> code) {
      return new Python(name, version, entry, python, installed, wheels, code);
    }

    @Override
    public String kind() {
      return "python";
    }
  }

  /** One distribution: its exact version and the SHA-256 of the file. */
  record Wheel(String version, Digest file) {}

  /** Nothing is known of the bytes; the entry's {@code unpinned} said why. */
  record Unpinned(String why) implements ProgramPin {
    @Override
    public String kind() {
      return "unpinned";
    }
  }
}
