/** The one way to speak to /api/v1: typed JSON, CSRF token, idempotency keys, problem+json turned into ApiError. */

import { hasHeardServer, hearServer } from "./serverclock";

const BASE = "/api/v1";
const TIMEOUT_MS = 20_000;

let csrfToken = "";

/** Sets the token that every unsafe request carries; it comes with GET /me. */
export function useCsrfToken(token: string): void {
  csrfToken = token;
}

/** The body of an RFC 9457 answer; extensions such as `missed` stay on it. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  errors?: unknown;
  [extension: string]: unknown;
}

/** The server answered, and the answer is no. `status` is HTTP's; `problem` is what it said. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.detail || problem.title || `HTTP ${status}`);
  }

  /** True where the problem's type URI ends in `name`, e.g. "conversation-changed". */
  is(name: string): boolean {
    return (this.problem.type ?? "").endsWith(`/${name}`);
  }

  /** True where the same request may succeed later. */
  get isTemporary(): boolean {
    return this.status === 408 || this.status === 425 || this.status === 429 || this.status >= 500;
  }
}

/** No answer at all: the network, or nothing within the time limit. */
export class NetworkError extends Error {}

export interface RequestOptions {
  body?: unknown;
  /** Makes a POST safe to repeat; one is drawn when none is given. */
  idempotencyKey?: string;
  signal?: AbortSignal;
  /** Where the hub waits for servers elsewhere, it takes longer than usual. */
  timeoutMs?: number;
}

type Query = Record<string, string | number | null | undefined>;

/** A path with its non-empty query values, e.g. path("/conversations", {q: "axle"}). */
export function path(base: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${base}?${text}` : base;
}

/** Headers for an unsafe request made outside `request`, such as an upload with progress. */
export function unsafeHeaders(idempotencyKey = crypto.randomUUID()): Record<string, string> {
  return { "X-CSRFToken": csrfToken, "Idempotency-Key": idempotencyKey, Accept: "application/json" };
}

/** Reads a problem+json body, or makes one of whatever came instead. */
export function problemFrom(status: number, text: string): Problem {
  try {
    const body: unknown = JSON.parse(text);
    if (body && typeof body === "object") return body as Problem;
  } catch {
    // Not JSON: a proxy's error page. Its words are of no use to an agent.
  }
  return { status };
}

async function request<T>(method: string, route: string, options: RequestOptions = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken;
  if (method === "POST") headers["Idempotency-Key"] = options.idempotencyKey ?? crypto.randomUUID();
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(options.body);
  }
  const limit = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  init.signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;

  let response: Response;
  let text: string;
  try {
    response = await fetch(BASE + route, init);
    text = await response.text();
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new NetworkError(String(error));
  }
  // To the second only: better than nothing until the first event tells more.
  if (!hasHeardServer()) hearServer(Date.parse(response.headers.get("Date") ?? ""));
  if (response.ok) return (text ? JSON.parse(text) : null) as T;
  if (response.status === 401) leaveForSignIn();
  throw new ApiError(response.status, problemFrom(response.status, text));
}

/** Goes to the sign-in page and comes back here afterwards. */
export function leaveForSignIn(): void {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

export const api = {
  get: <T>(route: string, options?: RequestOptions): Promise<T> => request<T>("GET", route, options),
  post: <T>(route: string, body: unknown = {}, options: RequestOptions = {}): Promise<T> =>
    request<T>("POST", route, { ...options, body }),
  patch: <T>(route: string, body: unknown): Promise<T> => request<T>("PATCH", route, { body }),
  put: <T>(route: string, body: unknown): Promise<T> => request<T>("PUT", route, { body }),
  delete: (route: string): Promise<null> => request<null>("DELETE", route),
};

/** The token as Django's forms carry it, for a page that leaves by posting. */
export function csrfField(): HTMLInputElement {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "csrfmiddlewaretoken";
  field.value = csrfToken;
  return field;
}
