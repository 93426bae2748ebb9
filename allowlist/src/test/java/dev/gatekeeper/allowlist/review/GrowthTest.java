package dev.gatekeeper.allowlist.review;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.allowlist.review.Change.Effect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GrowthTest {
  /** Keys of the entry before, keys after, what is granted. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'args':['a@1.0.0'] | 'args':['a@1.0.1'] | PROGRAM: runs another program [x a@1.0.0] ->"
            + " [x a@1.0.1]",
        "'args':['a b'] | 'args':['a','b'] | PROGRAM: runs another program [x 'a b'] -> [x a b]",
        "'cwd':'/a' | 'cwd':'/b' | PROGRAM: working directory [/a] -> [/b]",
        "'cwd':'/a' | - | PROGRAM: working directory [/a] -> [${project}]",
        "- | 'env':{'T':'secret:a'} | SECRET: gets a secret as variable [] -> [T = secret:a]",
        "'env':{'T':'secret:a'} | 'env':{'T':'secret:b'} | SECRET: another value of a variable"
            + " [T = secret:a] -> [T = secret:b]",
        "'env':{'T':'a'} | 'env':{'T':'secret:b'} | SECRET: another value of a variable"
            + " [T = a] -> [T = secret:b]",
        "'env':{'T':'secret:a'} | - | none",
        "'env':{'READ_ONLY':'1'} | - | VARIABLE: a variable is gone that may have held the server"
            + " back [READ_ONLY = 1] -> []",
        "'env':{'T':'x-${secret:a}'} | - | SECRET: a variable is gone that may have held the server"
            + " back [T = x-${secret:a}] -> []",
        "- | 'files':{'T':'secret:a'} | SECRET: gets a secret as file [] -> [T = secret:a]",
        "- | 'dangerousEnv':'why','env':{'PATH':'/x'} | VARIABLE: new variable [] -> [PATH = /x] ;"
            + " ACKNOWLEDGEMENT: variables that make programs load code [] -> [why]",
        "'args':['secret:a'],'secretInArgs':'w' | 'args':['secret:a'],'secretInArgs':'v' | none",
        "'env':{'T':'secret:a'} | 'env':{'T':'env:A'},'ambientSecret':'why' | SECRET: another value"
            + " of a variable [T = secret:a] -> [T = env:A] ; ACKNOWLEDGEMENT: a secret out of the"
            + " environment [] -> [why]",
        "- | 'secretArguments':{'t':{'/p':['secret:a']}} | SECRET: the agent may have a secret put"
            + " into arguments [] -> [secret:a in /p of t]",
        "'secretArguments':{'t':{'/p':['secret:a']}} | 'secretArguments':{'t':{'/p':['secret:a',"
            + "'secret:b']}} | SECRET: the agent may have a secret put into arguments [] ->"
            + " [secret:b in /p of t]",
        "'secretArguments':{'t':{'/p':['secret:a']}} | - | none",
        "- | 'unpinned':'why' | ACKNOWLEDGEMENT: a program without a pin [] -> [why]",
        "'unpinned':'why' | - | none",
        "- | 'tools':{'allow':['a']} | TOOL: tools allowed [] -> [a]",
        "'tools':{'allow':['*']} | 'tools':{'allow':['a*','b']} | none",
        "'tools':{'allow':['a*']} | 'tools':{'allow':['*']} | TOOL: tools allowed [] -> [*]",
        "'tools':{'allow':['a']} | 'tools':{'ask':['a']} | none",
        "'tools':{'ask':['a']} | 'tools':{'allow':['a']} | TOOL: tools allowed [] -> [a] ; TOOL:"
            + " tools no longer asked about [a] -> []",
        "'tools':{'allow':['*'],'ask':['a']} | 'tools':{'allow':['*']} | TOOL: tools no longer"
            + " asked about [a] -> []",
        "'tools':{'allow':['*'],'deny':['a']} | 'tools':{'allow':['*']} | TOOL: tools no longer"
            + " denied [a] -> []",
        "'tools':{'allow':['*'],'deny':['a']} | 'tools':{'allow':['b*']} | none",
        "'tools':{'allow':['*'],'deny':['a']} | 'tools':{'allow':['*'],'deny':['a*']} | none",
        "'tools':{'deny':['a']} | - | none",
        "- | 'prompts':{'ask':['a']} | PROMPT: prompts after approval [] -> [a]",
        "- | 'resources':{'allow':['a:*']} | RESOURCE: resources allowed [] -> [a:*]",
        "'resources':{'allow':['file:///a/*']} | 'resources':{'allow':['file:///a/../b']} |"
            + " RESOURCE: resources allowed [] -> [file:///a/../b]",
        "'resources':{'allow':['file:///a/*']} | 'resources':{'allow':['file:///a/b']} | none",
        "- | 'arguments':{'a':{}},'tools':{'allow':['a']} | TOOL: tools allowed [] -> [a]",
        "'arguments':{'a':{}},'tools':{'allow':['a']} | 'tools':{'allow':['a']} | ARGUMENTS:"
            + " no rule any more for the arguments of a [{}] -> []",
        "'arguments':{'a':{}},'tools':{'allow':['b']} | 'tools':{'allow':['b']} | none",
        "'arguments':{'a':{}} | 'arguments':{'a':{'maxProperties':0}} | none",
        "'arguments':{'a':{'maxProperties':0}} | 'arguments':{'a':{'maxProperties':1}} | ARGUMENTS:"
            + " another, perhaps wider rule for the arguments of a [{`maxProperties`:0}] ->"
            + " [{`maxProperties`:1}]",
        "- | 'serverRequests':['sampling'] | REQUEST: may be asked of the agent [] -> [sampling]",
        "- | 'methods':['acme/x'] | METHOD: methods that pass unjudged [] -> [acme/x]",
        "'methods':['acme/x'] | - | none",
        "- | 'redact':false | REDACTION: SECRETS ARE NO LONGER MASKED [] -> []",
        "'redact':false | - | none",
        "- | 'argumentsKept':{'a':'digest'} | REDACTION: what is kept of arguments beside the log"
            + " [] -> [a: digest]",
        "'argumentsKept':{'a':'digest'} | - | REDACTION: what is kept of arguments beside the log"
            + " [a: digest] -> []",
        "- | 'argumentsKept':{'a':'redacted'} | none",
        "- | 'argumentsKept':{'*':'redacted'} | none",
        "'argumentsKept':{'*':'digest'} | 'argumentsKept':{'*':'digest','a':'digest'} | none",
        "- | 'argumentsKept':{'a':'full'} | REDACTION: WHOLE ARGUMENTS ARE KEPT beside the log"
            + " [] -> [a: full]",
        "- | 'argumentsKept':{'*':'full'} | REDACTION: WHOLE ARGUMENTS ARE KEPT beside the log"
            + " [] -> [*: full]",
        "'argumentsKept':{'*':'full','a':'digest'} | 'argumentsKept':{'*':'full'} |"
            + " REDACTION: WHOLE ARGUMENTS ARE KEPT beside the log [*: full, a: digest] ->"
            + " [*: full]",
        "'argumentsKept':{'a':'full'} | - | REDACTION: what is kept of arguments beside the log"
            + " [a: full] -> []",
        "- | 'volatile':['/title'] | LOCKING: fields of definitions that may differ from the lock"
            + " [] -> [/title]",
        "- | 'dynamic':'why' | LOCKING: definitions are taken as they come [] -> [why]",
        "'dynamic':'why' | 'dynamic':'why else' | none",
        "'expires':'2027-01-01' | 'expires':'2027-01-02' | EXPIRY: counts until [2027-01-01] ->"
            + " [2027-01-02]",
        "'expires':'2027-01-01' | - | EXPIRY: counts until [2027-01-01] -> [no last day]",
        "- | 'expires':'2027-01-01' | none",
        "- | 'lifetime':'session' | LIFETIME: how long a process lives, and its secrets [until idle"
            + " for 10m] -> [the session]",
        "- | 'lifetime':'call' | none",
        "- | 'timeout':'1h' | TIMEOUT: how long a request may take [5m] -> [1h]",
        "- | 'timeout':'90s' | none",
        "'limits':{'callsPerMinute':5} | - | LIMIT: calls a minute [5] -> [no limit]",
        "- | 'limits':{'callsPerMinute':5,'inFlight':2,'maxMessage':2048} | none",
        "- | 'limits':{'maxMessage':67108865} | LIMIT: bytes of a message [64 MiB] -> [67108865]",
        "- | 'sandbox':{} | none",
        "'sandbox':{} | - | SANDBOX: sandbox [no network] -> []",
        "'sandbox':{} | 'sandbox':{'network':true} | SANDBOX: sandbox [no network] -> [network]",
        "'sandbox':{'write':['/a','/b']} | 'sandbox':{'write':['/b']} | none",
        "- | 'reason':'other','owner':'eve' | none",
      })
  void whatIsNotProvablyARemovalIsGrowth(String before, String after, String granted)
      throws AllowListException {
    List<Change> growth = Growth.of(server(before), server(after));
    assertThat(
            String.join(" ; ", growth.stream().map(GrowthTest::words).toList()).replace('"', '`'))
        .isEqualTo(granted.equals("none") ? "" : granted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'url':'https://a.example/m' | 'url':'https://b.example/m' | ADDRESS: another host"
            + " [https://a.example/m] -> [https://b.example/m]",
        "'url':'https://a.example/m' | 'url':'https://a.example/n' | ADDRESS: another address"
            + " [https://a.example/m] -> [https://a.example/n]",
        "'url':'https://localhost' | 'url':'http://localhost' | ADDRESS: another host"
            + " [https://localhost] -> [http://localhost]",
        "'url':'https://a.example' | 'url':'https://a.example','headers':{'X':'secret:a'} | SECRET:"
            + " gets a secret as header [] -> [x = secret:a]",
        "'url':'https://a.example/x?token=made-up-made-up-1' | 'url':'https://b.example' |"
            + " ADDRESS: another host [https://a.example/… (looks like a secret)] ->"
            + " [https://b.example]",
        "'url':'https://a.example' | 'url':'https://a.example','oauth':{} | SECRET: gets a login"
            + " [] -> [a.example, by a person with a browser, scopes: what the server names]",
        "'url':'https://a.example','oauth':{} | 'url':'https://a.example','oauth':{'login':'b'} |"
            + " SECRET: another login [a.example, by a person with a browser, scopes: what the"
            + " server names] -> [b, by a person with a browser, scopes: what the server names]",
        "'url':'https://a.example','oauth':{'issuer':'https://i.example'} |"
            + " 'url':'https://a.example','oauth':{} | SECRET: another login [a.example, by a"
            + " person with a browser, scopes: what the server names, at https://i.example only]"
            + " -> [a.example, by a person with a browser, scopes: what the server names]",
        "'url':'https://a.example','oauth':{'scopes':['r']} |"
            + " 'url':'https://a.example','oauth':{'scopes':['r','w']} | SECRET: scopes of its"
            + " login [] -> [w]",
        "'url':'https://a.example','oauth':{'scopes':['r']} | 'url':'https://a.example','oauth':{}"
            + " | SECRET: other scopes of its login [r] -> [what the server names]",
        "'url':'https://a.example' | 'url':'https://a.example','ca':'/c.pem' | ADDRESS: trusts"
            + " further certificates [] -> [/c.pem]",
        "'url':'https://a.example' | 'url':'https://a.example','proxy':'http://p:1' | ADDRESS:"
            + " goes another way [directly] -> [by the proxy http://p:1]",
        "'url':'https://a.example','proxy':'http://p:1' | 'url':'https://a.example' | ADDRESS:"
            + " goes another way [by the proxy http://p:1] -> [directly]",
        "'url':'https://a.example' | 'url':'https://a.example','lifetime':'session' | LIFETIME:"
            + " how long a session with it is kept, and its secrets [until idle for 10m] -> [the"
            + " session]",
      })
  void anotherHostOrHeaderIsGrowth(String before, String after, String granted)
      throws AllowListException {
    String http = "{'version':1,'mcpServers':{'s':{'type':'http',%s}}}";
    List<Change> growth = Growth.of(list(http.formatted(before)), list(http.formatted(after)));
    assertThat(growth.stream().map(GrowthTest::words)).containsExactly(granted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'headers':{'X':'secret:a'} |",
        "'oauth':{} |",
        "'oauth':{'scopes':['r','w']} | 'oauth':{'scopes':['r']}",
        "'ca':'/c.pem' |",
        "| 'lifetime':'call'",
      })
  void aRemoteServerThatIsGivenLessIsARemoval(String before, String after)
      throws AllowListException {
    String http = "{'version':1,'mcpServers':{'s':{'type':'http','url':'https://a.example'%s}}}";
    AllowList was = list(http.formatted(before == null ? "" : "," + before));
    AllowList now = list(http.formatted(after == null ? "" : "," + after));
    assertThat(Growth.of(was, now)).isEmpty();
    assertThat(Growth.of(now, was)).isNotEmpty();
  }

  @Test
  void aNewEntryIsGrowthAndTellsItsPowers() throws AllowListException {
    AllowList list =
        list(
            "{'version':1,'mcpServers':{'s':{'command':'x','tools':{'allow':['a']}}},"
                + "'commands':{'c':{'command':'y'}}}");
    assertThat(Growth.of(AllowList.EMPTY, list).stream().map(GrowthTest::words))
        .containsExactly(
            "COMMAND: new command [] -> [runs y, takes no further arguments]",
            "SERVER: new server [] -> [runs x, tools allowed: a]");
    assertThat(Growth.of(list, AllowList.EMPTY)).isEmpty();
    assertThat(Changes.between(locked(list), LockedList.EMPTY).stream().map(Change::words))
        .containsExactly("command is gone", "server is gone");
  }

  @Test
  void anotherKindOfServerIsGrowth() throws AllowListException {
    AllowList http =
        list("{'version':1,'mcpServers':{'s':{'type':'http','url':'https://a.example'}}}");
    assertThat(Growth.of(server("-"), http).stream().map(GrowthTest::words))
        .containsExactly(
            "SERVER: is another kind of server [runs x] -> [is remote, at a.example:"
                + " https://a.example]");
  }

  @Test
  void whetherAPersonsListMayStandBesideIsPower() throws AllowListException {
    AllowList alone = list("{'version':1,'personal':false}");
    AllowList beside = list("{'version':1}");
    assertThat(Growth.of(alone, beside)).hasSize(1);
    assertThat(Growth.of(beside, alone)).isEmpty();
  }

  @Test
  void furtherArgumentsOfACommandArePower() throws AllowListException {
    String command = "{'version':1,'commands':{'c':{'command':'y'%s}}}";
    AllowList none = list(command.formatted(""));
    AllowList some = list(command.formatted(",'arguments':{'items':true}"));
    AllowList few = list(command.formatted(",'arguments':{'items':true,'maxItems':1}"));
    assertThat(Growth.of(none, few)).hasSize(1);
    assertThat(Growth.of(few, some)).hasSize(1);
    assertThat(Growth.of(some, few)).isEmpty();
    assertThat(Growth.of(some, none)).isEmpty();
  }

  @Test
  void whatLooksLikeASecretIsNotRepeated() throws AllowListException {
    AllowList after = server("'env':{'API_TOKEN':'ghp_madeUpMadeUpMadeUp'}");
    assertThat(Growth.of(server("-"), after).getFirst().after())
        .containsExactly("API_TOKEN = (looks like a secret)");
    assertThat(Growth.of(AllowList.EMPTY, after).toString()).doesNotContain("madeUp");
  }

  @Test
  void theSameListWrittenInAnotherWayChangesNothing() throws AllowListException {
    AllowList one = server("'tools':{'allow':['a','b']},'arguments':{'a':{'minProperties':1}}");
    AllowList two = server("'arguments':{'a':{'minProperties':1}},'tools':{'allow':['b','a']}");
    assertThat(Changes.between(locked(one), locked(two)).stream().map(Change::effect))
        .containsOnly(Effect.NOTHING);
    assertThat(Changes.between(locked(one), locked(one))).isEmpty();
  }

  /** 1 MiB of globs on each side: what cannot be compared in time is growth, and soon said. */
  @Test
  void aListMadeToBeSlowIsGrowth() throws AllowListException {
    StringBuilder globs = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      globs.append(i == 0 ? "" : ",").append("'").append("*a".repeat(400)).append(i).append("'");
    }
    AllowList before = server("'tools':{'allow':[" + globs + "]}");
    AllowList after = server("'tools':{'allow':[" + globs.toString().replace("'*a", "'*b") + "]}");
    long start = System.nanoTime();
    assertThat(Growth.of(before, after)).hasSize(1);
    assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
  }

  private static AllowList server(String keys) throws AllowListException {
    String rest = keys.equals("-") ? "" : "," + keys;
    return list("{'version':1,'mcpServers':{'s':{'command':'x'%s}}}".formatted(rest));
  }

  static AllowList list(String text) throws AllowListException {
    return ListReader.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "f");
  }

  private static String words(Change change) {
    return change.topic()
        + ": "
        + change.words()
        + (change.subject().isEmpty() ? " " : " " + change.subject() + " ")
        + change.before()
        + " -> "
        + change.after();
  }

  private static LockedList locked(AllowList list) {
    return new LockedList(list, Lock.EMPTY);
  }
}
