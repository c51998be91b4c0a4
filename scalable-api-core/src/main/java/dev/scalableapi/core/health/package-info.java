/** Whether the server lives and is ready for requests, for an orchestrator's probes. */
@NullMarked
package dev.scalableapi.core.health;

import org.jspecify.annotations.NullMarked;
