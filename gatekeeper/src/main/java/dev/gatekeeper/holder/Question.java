package dev.gatekeeper.holder;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a holder can be asked. Nothing in it is a secret: whoever listens in the holder's place
 * learns names.
 */
sealed interface Question {
  /** Random bytes of the asker's: an answer is to this question, and to no earlier one. */
  int NONCE_BYTES = 32;

  /** More references than an entry can have. */
  int MAX_REFERENCES = 256;

  /** Whether it is there. */
  record Presence() implements Question {}

  /** To end. */
  record End() implements Question {}

  /**
   * Whether it would give these.
   *
   * @param project canonical directory
   * @param entry of its list: a server, or {@code run:} and a command
   * @param references names in the vault
   */
  record Require(String project, String entry, List<String> references) implements Question {
    public Require {
      references = List.copyOf(references);
    }
  }

  /**
   * For one value.
   *
   * @param pid of the asker
   * @param grants numbers of all its records that grant it this value for what it is about to do
   */
  record Reveal(String project, String entry, String reference, long pid, List<Long> grants)
      implements Question {
    public Reveal {
      grants = List.copyOf(grants);
    }
  }

  /** As a frame. */
  default byte[] print(byte[] nonce) {
    ByteBuffer frame = ByteBuffer.allocate(Frame.MAX_BYTES).put(VERSION).put(nonce);
    switch (this) {
      case Presence _ -> frame.put(PRESENCE);
      case End _ -> frame.put(END);
      case Require(String project, String entry, List<String> references) -> {
        text(text(frame.put(REQUIRE), project), entry);
        references.forEach(reference -> text(frame, reference));
      }
      case Reveal(String project, String entry, String reference, long pid, List<Long> grants) -> {
        text(text(text(text(frame.put(REVEAL), project), entry), reference), Long.toString(pid));
        grants.forEach(grant -> text(frame, Long.toString(grant)));
      }
    }
    return Arrays.copyOf(frame.array(), frame.position());
  }

  byte VERSION = 1;
  byte PRESENCE = 'p';
  byte END = 'e';
  byte REQUIRE = 'q';
  byte REVEAL = 'r';

  private static ByteBuffer text(ByteBuffer frame, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return frame.putShort((short) bytes.length).put(bytes);
  }

  /** What a frame asks; empty for anything that {@link #print} does not write. */
  static Optional<Question> parse(byte[] bytes) {
    try {
      ByteBuffer frame = ByteBuffer.wrap(bytes);
      if (frame.get() != VERSION) {
        return Optional.empty();
      }
      frame.position(frame.position() + NONCE_BYTES);
      byte kind = frame.get();
      List<String> words = new ArrayList<>();
      while (frame.hasRemaining() && words.size() < MAX_REFERENCES + 2) {
        words.add(text(frame));
      }
      return frame.hasRemaining() ? Optional.empty() : of(kind, words);
    } catch (BufferUnderflowException | IllegalArgumentException | CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static Optional<Question> of(byte kind, List<String> words) {
    if (kind == PRESENCE && words.isEmpty()) {
      return Optional.of(new Presence());
    }
    if (kind == END && words.isEmpty()) {
      return Optional.of(new End());
    }
    if (kind == REQUIRE && words.size() > 2) {
      return Optional.of(new Require(words.get(0), words.get(1), words.subList(2, words.size())));
    }
    if (kind == REVEAL && words.size() >= 4) {
      long pid = Long.parseLong(words.get(3));
      List<Long> grants = words.stream().skip(4).map(Long::valueOf).toList();
      return Optional.of(new Reveal(words.get(0), words.get(1), words.get(2), pid, grants));
    }
    return Optional.empty();
  }

  private static String text(ByteBuffer frame) throws CharacterCodingException {
    int length = Short.toUnsignedInt(frame.getShort());
    ByteBuffer text = frame.slice(frame.position(), length);
    frame.position(frame.position() + length);
    return UTF_8.newDecoder().decode(text).toString();
  }
}
