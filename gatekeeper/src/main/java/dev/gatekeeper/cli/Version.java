package dev.gatekeeper.cli;

/** Which build this is. */
final class Version {
  private Version() {}

  /** The version in the jar's manifest; {@code unpackaged} when run from class files. */
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
