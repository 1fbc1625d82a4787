package io.botticelli.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Disabled;

/** Tests wait for what they need and are never switched off. */
@AnalyzeClasses(packages = "io.botticelli", importOptions = ImportOption.OnlyIncludeTests.class)
class TestHygieneTest {
  @ArchTest
  static final ArchRule noTestSleeps =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .because("a sleep is either too short on a slow machine or too long on a fast one");

  @ArchTest
  static final ArchRule noTestIsDisabled =
      noMethods().should().beAnnotatedWith(Disabled.class).allowEmptyShould(true);
}
