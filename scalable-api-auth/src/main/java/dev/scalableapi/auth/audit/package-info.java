/** What happens to credentials, told to who keeps the audit trail. */
@NullMarked
package dev.scalableapi.auth.audit;

import org.jspecify.annotations.NullMarked;
