/** Errors in plain words: what happened, what it means, what to do. */

import { ApiError, NetworkError } from "../api";
import { t } from "../i18n";

/** The sentence for people. The server's own `detail` is used where the fault is the request's, because it knows more. */
export function reasonOf(error: unknown): string {
  if (error instanceof NetworkError) return t("error.network");
  if (!(error instanceof ApiError)) return t("error.unknown");
  if (error.status === 403) return t("error.forbidden");
  if (error.status === 404) return t("error.gone");
  if (error.status === 413) return t("error.tooLarge");
  if (error.status >= 500) return t("error.server");
  return error.problem.detail || error.problem.title || t("error.unknown");
}
