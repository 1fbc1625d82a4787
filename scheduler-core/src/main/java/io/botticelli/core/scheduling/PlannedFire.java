package io.botticelli.core.scheduling;

import java.time.Instant;
import java.time.ZonedDateTime;

/**
 * A fire that is to come.
 *
 * @param at when
 * @param local the same by the clock of the schedule's zone
 * @param note why it is not where one would look for it, or what was left out before it, for
 *     example {@code 02:30 does not exist on 28 Mar 2027, fires at 03:00 CEST}; "" = nothing to say
 * @param approximate true: it depends on chance or on the runs before it
 */
public record PlannedFire(Instant at, ZonedDateTime local, String note, boolean approximate) {}
