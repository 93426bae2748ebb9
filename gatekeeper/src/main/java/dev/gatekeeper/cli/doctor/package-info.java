/** What is wrong here, and what a server would see: {@code gatekeeper doctor}. */
@NullMarked
package dev.gatekeeper.cli.doctor;

import org.jspecify.annotations.NullMarked;
