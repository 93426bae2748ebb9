package dev.gatekeeper.trust.signature;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.seal.Ed25519;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the real ssh-keygen, both ways. */
final class SshSignatureTest {
  private static final byte[] MESSAGE = "a made-up message\n".getBytes(UTF_8);
  private static final String PURPOSE = "gatekeeper-allowlist";

  @TempDir Path folder;
  private OpenSsh ssh;

  @BeforeEach
  void find() {
    ssh = new OpenSsh(folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "ecdsa -b 256", "rsa -b 2048", "rsa -b 3072"})
  void whatSshKeygenSignsVerifies(String type) throws Exception {
    Path key = ssh.key("key", ("-t " + type).split(" ", -1));
    for (String hash : new String[] {"sha256", "sha512"}) {
      byte[] file = ssh.sign(key, PURPOSE, MESSAGE, "hashalg=" + hash);
      SshSignature signature = SshSignature.parse(file);

      assertThat(signature.verifies(MESSAGE, PURPOSE)).isTrue();
      assertThat(signature.verifies(MESSAGE, "file")).isFalse();
      assertThat(signature.verifies("a made-up message".getBytes(UTF_8), PURPOSE)).isFalse();
    }
    AllowedSigner signer =
        AllowedSigners.parse(ssh.line("alice", key).getBytes(UTF_8)).all().getFirst();
    assertThat(SshSignature.parse(ssh.sign(key, PURPOSE, MESSAGE)).key()).isEqualTo(signer.key());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "ecdsa -b 256", "rsa -b 2048"})
  void anyFlippedBitDoesNotVerify(String type) throws Exception {
    Path key = ssh.key("key", ("-t " + type).split(" ", -1));
    byte[] blob = blob(ssh.sign(key, PURPOSE, MESSAGE));
    SshKey signer = SshSignature.parse(armored(blob)).key();
    for (int at = 0; at < blob.length; at++) {
      byte[] altered = blob.clone();
      altered[at] ^= (byte) (1 << (at % 8));
      assertThat(counts(armored(altered), signer)).as("byte %s", at).isFalse();
    }
    for (int length = 0; length < blob.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(blob, length);
      assertThat(counts(armored(cut), signer)).as("length %s", length).isFalse();
    }
    assertThat(counts(armored(java.util.Arrays.copyOf(blob, blob.length + 1)), signer)).isFalse();
    assertThat(counts(armored(blob), signer)).isTrue();
  }

  @Test
  void weakKeysAndOthersDoNotCount() throws Exception {
    for (String type : new String[] {"rsa -b 1024", "ecdsa -b 384", "ecdsa -b 521"}) {
      Path key = ssh.key("key" + type.hashCode(), ("-t " + type).split(" ", -1));
      byte[] file = ssh.sign(key, PURPOSE, MESSAGE);
      assertThatThrownBy(() -> SshSignature.parse(file)).isInstanceOf(SignatureException.class);
    }
  }

  @Test
  void aSecurityKeyCountsAsForSshKeygenAndOnlyWhereItWasTouched() throws Exception {
    byte[][] pair = Ed25519.generate();
    byte[] key = securityKey(pair[0]);
    byte[] touched = securitySignature(key, pair[1], 1);
    byte[] untouched = securitySignature(key, pair[1], 0);
    String line =
        "alice sk-ssh-ed25519@openssh.com " + Base64.getEncoder().encodeToString(key) + "\n";

    assertThat(ssh.verifies(line, "alice", PURPOSE, MESSAGE, touched)).isTrue();
    assertThat(SshSignature.parse(touched).verifies(MESSAGE, PURPOSE)).isTrue();
    assertThat(SshSignature.parse(untouched).verifies(MESSAGE, PURPOSE)).isFalse();
    assertThat(AllowedSigners.parse(line.getBytes(UTF_8)).all().getFirst().key())
        .isEqualTo(SshSignature.parse(touched).key());
  }

  @Test
  void whatIsNoSignatureIsRefused() {
    for (String text :
        new String[] {
          "",
          "-----BEGIN SSH SIGNATURE-----\n",
          "-----BEGIN SSH SIGNATURE-----\n!\n-----END SSH SIGNATURE-----\n",
          "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
          "-----BEGIN PGP SIGNATURE-----\nAAAA\n-----END PGP SIGNATURE-----\n",
          "x".repeat(SshSignature.MAX_BYTES + 1)
        }) {
      assertThatThrownBy(() -> SshSignature.parse(text.getBytes(US_ASCII)))
          .isInstanceOf(SignatureException.class);
    }
  }

  /** A signature by another key is one of nobody who is known. */
  private static boolean counts(byte[] file, SshKey signer) {
    try {
      SshSignature signature = SshSignature.parse(file);
      return signature.key().equals(signer) && signature.verifies(MESSAGE, PURPOSE);
    } catch (SignatureException e) {
      return false;
    }
  }

  private static byte[] blob(byte[] file) {
    String text = new String(file, US_ASCII).replaceAll("-----[A-Z ]+-----", "").replace("\n", "");
    return Base64.getDecoder().decode(text);
  }

  private static byte[] armored(byte[] blob) {
    return ("-----BEGIN SSH SIGNATURE-----\n"
            + Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(blob)
            + "\n-----END SSH SIGNATURE-----\n")
        .getBytes(US_ASCII);
  }

  private static byte[] securityKey(byte[] key) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SshBytes.put(out, "sk-ssh-ed25519@openssh.com".getBytes(US_ASCII));
    SshBytes.put(out, key);
    SshBytes.put(out, "ssh:".getBytes(US_ASCII));
    return out.toByteArray();
  }

  /** What a device does, by OpenSSH's PROTOCOL.u2f and PROTOCOL.sshsig. */
  private static byte[] securitySignature(byte[] key, byte[] seed, int flags) {
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    signed.writeBytes("SSHSIG".getBytes(US_ASCII));
    SshBytes.put(signed, PURPOSE.getBytes(US_ASCII));
    SshBytes.put(signed, new byte[0]);
    SshBytes.put(signed, "sha512".getBytes(US_ASCII));
    SshBytes.put(signed, SshKey.sha("SHA-512", MESSAGE));
    ByteArrayOutputStream device = new ByteArrayOutputStream();
    device.writeBytes(SshKey.sha("SHA-256", "ssh:".getBytes(US_ASCII)));
    device.write(flags);
    device.writeBytes(new byte[] {0, 0, 0, 7});
    device.writeBytes(SshKey.sha("SHA-256", signed.toByteArray()));
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    SshBytes.put(value, "sk-ssh-ed25519@openssh.com".getBytes(US_ASCII));
    SshBytes.put(value, Ed25519.sign(seed, device.toByteArray()));
    value.write(flags);
    value.writeBytes(new byte[] {0, 0, 0, 7});
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    blob.writeBytes("SSHSIG".getBytes(US_ASCII));
    blob.writeBytes(new byte[] {0, 0, 0, 1});
    SshBytes.put(blob, key);
    SshBytes.put(blob, PURPOSE.getBytes(US_ASCII));
    SshBytes.put(blob, new byte[0]);
    SshBytes.put(blob, "sha512".getBytes(US_ASCII));
    SshBytes.put(blob, value.toByteArray());
    return armored(blob.toByteArray());
  }
}
