package io.botticelli.core;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Date;

/** The rules of the house; a violation is a build failure, not a review remark. */
@AnalyzeClasses(
    packages = "io.botticelli.core",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String BASE = "io.botticelli.core";

  @ArchTest
  static final ArchRule actorsAndNarrativesArePlainValues =
      classes()
          .that()
          .resideInAnyPackage(BASE + ".actor", BASE + ".narrative")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              BASE,
              BASE + ".actor",
              BASE + ".narrative",
              BASE + ".toml",
              "org.jspecify..",
              "com.google.re2j",
              "com.fasterxml.jackson.databind..")
          .because("definitions must be readable and comparable without any machinery");

  @ArchTest
  static final ArchRule engineSeesPortsOnly =
      noClasses()
          .that()
          .resideInAPackage(BASE + ".engine..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..jdbc..", "..http..", "..discord..", "java.sql..", "javax.sql..")
          .because("the engine must run and be tested without a database or a network");

  @ArchTest
  static final ArchRule quartzStaysInScheduling =
      onlyIn("org.quartz..", BASE + ".scheduling..", BASE + ".node..")
          .because("the engine must run and be tested without a scheduler");

  @ArchTest
  static final ArchRule discordStaysInItsAdapter =
      onlyIn("net.dv8tion..", BASE + ".platform.discord..");

  @ArchTest
  static final ArchRule failsafeStaysInResilience =
      onlyIn("dev.failsafe..", BASE + ".resilience..");

  @ArchTest
  static final ArchRule sqlStaysInAdapters =
      noClasses()
          .that(not(resideInAnyPackage("..jdbc..", BASE + ".db..", BASE + ".signal..")))
          .and(not(simpleNameEndingWith("ConnectionProvider")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.sql..")
          .because(
              "only adapters talk SQL; Quartz's connection provider must name java.sql.Connection");

  @ArchTest
  static final ArchRule databaseLibrariesStayInDb =
      onlyIn("com.mchange..", BASE + ".db..")
          .because("nobody else may know how connections are pooled");

  @ArchTest static final ArchRule liquibaseStaysInDb = onlyIn("liquibase..", BASE + ".db..");

  @ArchTest static final ArchRule embeddedPostgresStaysInDb = onlyIn("io.zonky..", BASE + ".db..");

  @ArchTest
  static final ArchRule metricsLibraryStaysInMetrics =
      onlyIn("com.codahale..", BASE + ".metrics..");

  @ArchTest
  static final ArchRule providersStayInTheirAdapters =
      onlyIn("dev.langchain4j..", BASE + ".model.*..");

  @ArchTest
  static final ArchRule httpClientOfMediaStaysInItsAdapter =
      onlyIn("okhttp3..", BASE + ".media.http..", BASE + ".platform.discord..")
          .because("only there are addresses checked before they are visited");

  @ArchTest
  static final ArchRule tomlLibrariesStayInToml =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + ".toml..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.tomlj..", "com.fasterxml.jackson.dataformat.toml..");

  @ArchTest
  static final ArchRule coreNeverSeesWeb =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.botticelli.web..", "io.javalin..", "picocli..");

  @ArchTest
  static final ArchRule noCycles = slices().matching(BASE + ".(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule adaptersNeverSeeEachOther =
      slices()
          .matching(BASE + ".(*).(jdbc|http|discord|noop|gemini|offline|preview)..")
          .should()
          .notDependOnEachOther()
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule quartzListenersCannotStopAJob =
      classes()
          .that()
          .implement("org.quartz.JobListener")
          .or()
          .implement("org.quartz.TriggerListener")
          .or()
          .implement("org.quartz.SchedulerListener")
          .and()
          .areNotInterfaces()
          .and()
          .doNotHaveSimpleName("SafeListener")
          .should()
          .beAssignableTo(BASE + ".scheduling.SafeListener")
          .allowEmptyShould(true)
          .because("a listener that throws leaves its trigger BLOCKED until the node dies");

  @ArchTest
  static final ArchRule thereIsOneJobClass =
      classes()
          .that()
          .implement("org.quartz.Job")
          .should()
          .haveSimpleName("NarrativeJob")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule theClockIsInjected =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callConstructor(Date.class)
          .orShould()
          .callMethod(LocalDateTime.class, "now")
          .because("time is a port");

  @ArchTest
  static final ArchRule theEnvironmentIsReadInConfig =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + ".config..")
          .should()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class);

  @ArchTest
  static final ArchRule statementsAreAlwaysPrepared =
      noClasses()
          .should()
          .callMethod("java.sql.Connection", "createStatement")
          .because("a prepared statement cannot carry a second one");

  @ArchTest
  static final ArchRule nothingDangerousOrNoisy =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.ObjectInputStream")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.lang.ProcessBuilder")
          .orShould()
          .callMethod(Runtime.class, "exec", String.class)
          .orShould()
          .callMethod(Throwable.class, "printStackTrace")
          .orShould()
          .accessField(System.class, "out");

  @ArchTest
  static final ArchRule exceptionsShareOneRoot =
      classes()
          .that()
          .areAssignableTo(Throwable.class)
          .should()
          .haveSimpleNameEndingWith("Exception")
          .andShould()
          .beAssignableTo(ActorServerException.class);

  @ArchTest
  static final ArchRule nothingIsNamedImpl = classes().should().haveSimpleNameNotEndingWith("Impl");

  @ArchTest
  static final ArchRule nothingSleeps =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .because(
              "a sleeping thread cannot be waited for; use a scheduled executor or a condition");

  @ArchTest
  static final ArchRule nobodyDeclaresFinalizers =
      noMethods().should().haveName("finalize").because("they run when they like");

  private static com.tngtech.archunit.lang.syntax.elements.ClassesShouldConjunction onlyIn(
      String library, String... homes) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(homes)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }
}
