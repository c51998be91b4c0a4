/** Access tokens taken back before their time: what one node revokes, every node refuses within seconds. */
@NullMarked
package dev.scalableapi.auth.revocation;

import org.jspecify.annotations.NullMarked;
