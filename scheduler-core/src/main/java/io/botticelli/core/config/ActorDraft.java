package io.botticelli.core.config;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.narrative.BudgetMultipliers;
import io.botticelli.core.toml.TomlSection;

/**
 * An actor as read.
 *
 * @param place section that introduced it, for problems about the actor as a whole
 */
record ActorDraft(ActorDefinition definition, BudgetMultipliers budget, TomlSection place) {}
