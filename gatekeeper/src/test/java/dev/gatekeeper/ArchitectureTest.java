package dev.gatekeeper;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of {@code docs/architecture.md}: who may know whom. */
@AnalyzeClasses(packages = "dev.gatekeeper", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule ARROWS_GO_DOWN =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("cli")
          .definedBy("..gatekeeper.cli..")
          .layer("proxy")
          .definedBy("..gatekeeper.proxy..")
          .layer("catalog")
          .definedBy("..gatekeeper.catalog..")
          .layer("downstream")
          .definedBy("..gatekeeper.downstream..")
          .layer("trust")
          .definedBy("..gatekeeper.trust..")
          .layer("broker")
          .definedBy("..gatekeeper.broker..")
          .layer("vault")
          .definedBy("..gatekeeper.vault..")
          .layer("redaction")
          .definedBy("..gatekeeper.redaction..")
          .layer("audit")
          .definedBy("..gatekeeper.audit..")
          .layer("wire")
          .definedBy("..gatekeeper.wire..")
          .layer("seal")
          .definedBy("..gatekeeper.seal..")
          .layer("files")
          .definedBy("..gatekeeper.files..")
          .layer("kernel")
          .definedBy("..gatekeeper.kernel..")
          .layer("allowlist")
          .definedBy("..gatekeeper.allowlist..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("proxy")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("catalog")
          .mayOnlyBeAccessedByLayers("cli", "proxy")
          .whereLayer("downstream")
          .mayOnlyBeAccessedByLayers("cli", "proxy")
          .whereLayer("trust")
          .mayOnlyBeAccessedByLayers("cli", "proxy")
          .whereLayer("broker")
          .mayOnlyBeAccessedByLayers("cli", "proxy")
          .whereLayer("vault")
          .mayOnlyBeAccessedByLayers("cli", "broker", "trust")
          .whereLayer("redaction")
          .mayOnlyBeAccessedByLayers("cli", "proxy", "broker")
          .whereLayer("audit")
          .mayOnlyBeAccessedByLayers("cli", "proxy", "broker", "trust")
          .whereLayer("seal")
          .mayOnlyBeAccessedByLayers("vault", "audit");
}
