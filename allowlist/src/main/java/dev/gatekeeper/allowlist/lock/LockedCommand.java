package dev.gatekeeper.allowlist.lock;

import dev.gatekeeper.allowlist.json.Json;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a command of the list started when it was locked.
 *
 * @param entry {@link EntryDigest} of the entry
 * @param pins the program, by platform
 */
public record LockedCommand(String entry, SortedMap<String, Json> pins) {
  public LockedCommand {
    pins = Collections.unmodifiableSortedMap(new TreeMap<>(pins));
  }
}
