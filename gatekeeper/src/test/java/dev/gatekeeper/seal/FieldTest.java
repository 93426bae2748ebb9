package dev.gatekeeper.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Beside numbers of any size, at the edges first. */
final class FieldTest {
  private static final BigInteger P = Field.P;
  private static final BigInteger END = BigInteger.TWO.pow(260);

  private static List<BigInteger> numbers() {
    List<BigInteger> numbers = new ArrayList<>();
    for (BigInteger edge : List.of(BigInteger.ZERO, P, BigInteger.TWO.pow(255), END)) {
      for (int by = -20; by <= 20; by++) {
        BigInteger number = edge.add(BigInteger.valueOf(by));
        if (number.signum() >= 0 && number.compareTo(END) < 0) {
          numbers.add(number);
        }
      }
    }
    Random random = new Random(25519);
    for (int i = 0; i < 100; i++) {
      numbers.add(new BigInteger(1 + random.nextInt(260), random));
    }
    return numbers;
  }

  @Test
  void sumsDifferencesAndProducts() {
    for (BigInteger a : numbers()) {
      for (BigInteger b : numbers()) {
        long[] sum = Field.add(Field.of(a), Field.of(b));
        long[] difference = Field.minus(Field.of(a), Field.of(b));
        assertThat(Field.number(sum)).isEqualTo(a.add(b).mod(P));
        assertThat(Field.number(difference)).isEqualTo(a.subtract(b).mod(P));
        // The largest and the most negative that are multiplied.
        long[] most = Field.add(Field.add(sum, sum), sum);
        BigInteger three = a.add(b).multiply(BigInteger.valueOf(3));
        assertThat(Field.number(Field.times(most, difference)))
            .isEqualTo(three.multiply(a.subtract(b)).mod(P));
        assertThat(Field.number(Field.times(difference, Field.minus(Field.of(b), sum))))
            .isEqualTo(a.subtract(b).multiply(a.negate()).mod(P));
      }
    }
  }

  @Test
  void limbsOfAProductStaySmall() {
    for (BigInteger a : numbers()) {
      for (BigInteger b : numbers()) {
        long[] sum = Field.add(Field.of(a), Field.of(b));
        for (long limb : Field.times(Field.add(sum, sum), Field.minus(Field.of(a), sum))) {
          assertThat(limb).isBetween(-1L << 20, 1L << 27);
        }
      }
    }
  }

  @Test
  void powers() {
    BigInteger inverse = P.subtract(BigInteger.TWO);
    BigInteger root = P.subtract(BigInteger.valueOf(5)).shiftRight(3);
    for (BigInteger a : numbers()) {
      assertThat(Field.number(Field.inverse(Field.of(a)))).isEqualTo(a.modPow(inverse, P));
      assertThat(Field.number(Field.root(Field.of(a)))).isEqualTo(a.modPow(root, P));
    }
  }
}
