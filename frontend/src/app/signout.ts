/** Signing out is a form post, so that the server ends the session and the browser follows its answer. */

import { csrfField } from "../lib/api";

/** The shell's template says where. */
const ACTION = document.documentElement.dataset["signOut"] ?? "";

export function signOut(): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = ACTION;
  form.append(csrfField());
  document.body.append(form);
  form.submit();
}
