package dev.gatekeeper.team.file;

import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The part of a team's vault that is text: which vault, which generation, who opens it, who was
 * removed. The signature of the file covers it; whether the signer counts is judged by what this
 * person has seen before.
 *
 * @param id 16 bytes, base64url: the same in all generations
 * @param generation counts changes from 1
 * @param parents SHA-256 of the files that this one follows, base64url: two for a merge
 * @param slots by label
 * @param removed by signing key
 */
public record TeamHeader(
    String id, long generation, List<String> parents, List<Slot> slots, List<Removed> removed) {
  /** A team of sixty; ten is what this is built for. */
  public static final int MAX_SLOTS = 64;

  /** Whoever left in twenty years. */
  public static final int MAX_REMOVED = 256;

  /** Of what names a vault in all its generations. */
  public static final int ID_BYTES = 16;

  /**
   * A member, and the vault's key sealed to them.
   *
   * @param sealedKey HPKE, canonical base64url
   */
  public record Slot(Member member, String sealedKey) {}

  /**
   * Somebody who was a member: kept, so that no merge and no older file brings them back.
   *
   * @param at the generation that no longer had them
   */
  public record Removed(String label, PublicIdentity identity, long at) {
    /** Whether it speaks of this member, as of the time they came. */
    public boolean undoes(Member member) {
      return identity.signKey().equals(member.identity().signKey()) && at >= member.since();
    }
  }

  public TeamHeader {
    parents = List.copyOf(parents);
    slots = slots.stream().sorted(Comparator.comparing(slot -> slot.member().label())).toList();
    removed =
        removed.stream().sorted(Comparator.comparing(one -> one.identity().signKey())).toList();
  }

  /** Who opens the vault. */
  public List<Member> members() {
    return slots.stream().map(Slot::member).toList();
  }

  /** The member that signs with this key. */
  public Optional<Member> signer(String signKey) {
    return members().stream().filter(one -> one.identity().signKey().equals(signKey)).findFirst();
  }

  /** Of the member of that label. */
  public Optional<Slot> slot(String label) {
    return slots.stream().filter(slot -> slot.member().label().equals(label)).findFirst();
  }

  /** Of the member who is this one. */
  public Optional<Slot> slot(PublicIdentity identity) {
    return slots.stream().filter(slot -> slot.member().identity().equals(identity)).findFirst();
  }

  /** The id, decoded. */
  public byte[] idBytes() {
    return Base64Url.parse(id);
  }

  /** That of the generation {@code number}, which follows files with these digests. */
  public TeamHeader next(List<String> digests, long number) {
    return new TeamHeader(id, number, digests, slots, removed);
  }

  /**
   * With other members.
   *
   * @throws VaultException where there would be none, or too many
   */
  public TeamHeader with(List<Slot> otherSlots, List<Removed> otherRemoved) throws VaultException {
    if (otherSlots.isEmpty() || otherSlots.size() > MAX_SLOTS) {
      throw new VaultException("a team's vault has 1 to " + MAX_SLOTS + " members");
    }
    if (otherRemoved.size() > MAX_REMOVED) {
      throw new VaultException(
          "more than " + MAX_REMOVED + " people have left", "gatekeeper vault init --team anew");
    }
    return new TeamHeader(id, generation, parents, otherSlots, otherRemoved);
  }

  /** As this one, with a member added, or in the place of the one with the same label. */
  public List<Slot> slotsWith(Slot slot) {
    List<Slot> changed = new ArrayList<>(slotsWithout(slot.member().label()));
    changed.add(slot);
    return changed;
  }

  /** As this one, without that member. */
  public List<Slot> slotsWithout(String label) {
    return slots.stream().filter(slot -> !slot.member().label().equals(label)).toList();
  }
}
