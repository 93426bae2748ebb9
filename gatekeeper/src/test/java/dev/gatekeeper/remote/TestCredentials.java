package dev.gatekeeper.remote;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Tokens by number; each refusal of the present one makes the next. */
final class TestCredentials implements Credentials {
  final List<String> challenges = new CopyOnWriteArrayList<>();
  final AtomicInteger number = new AtomicInteger(1);
  volatile boolean broken;
  final CountDownLatch forgotten = new CountDownLatch(1);

  @Override
  public Optional<String> authorization() throws CredentialsException {
    if (broken) {
      throw new CredentialsException("needs a login", true);
    }
    return Optional.of("Bearer made-up-token-" + number.get());
  }

  @Override
  public Verdict refused(int status, Optional<String> sent, List<String> said) {
    challenges.add(status + " " + sent.orElse("") + " " + said);
    number.incrementAndGet();
    return new Verdict.Again();
  }

  @Override
  public void forget() {
    forgotten.countDown();
  }
}
