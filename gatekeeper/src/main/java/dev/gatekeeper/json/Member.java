package dev.gatekeeper.json;

/**
 * One member of an object.
 *
 * @param name decoded
 * @param nameSlice as written, quotes included
 * @param value as written
 */
public record Member(String name, Slice nameSlice, Slice value) {}
