package dev.gatekeeper.allowlist.json;

/**
 * Where a value stands in the text.
 *
 * @param line from 1
 * @param column from 1, in UTF-16 units
 * @param start index of its first character in the decoded text
 * @param end index after its last character
 */
public record At(int line, int column, int start, int end) {}
