package dev.gatekeeper.report.source;

import java.nio.file.Path;

/**
 * A log that is read, under the name by which a person knows it.
 *
 * @param logId lower-case hexadecimal
 * @param directory of the log, or of the bundle that was unpacked
 */
public record Source(String name, String logId, Path directory) {}
