package dev.gatekeeper.trust.approval;

/**
 * What an approval is for. Two calls are equal where all of it is; by RFC 8785 that is so for
 * arguments that differ in the order of their keys, in white space, or as {@code 1} and {@code
 * 1.0}.
 *
 * @param project canonical directory
 * @param server the entry's name
 * @param tool the server's own name for it
 * @param list digest of the allow-list in force
 * @param arguments {@code sha256:} and the digest of the arguments in the form of RFC 8785
 */
public record AskedCall(
    String project, String server, String tool, String list, String arguments) {}
