/** The status of each code that the model knows, as S3 and MinIO give it; none for what happens without a server. */
const statuses: Readonly<Record<string, number | undefined>> = {
  AllAccessDisabled: 403,
  BadDigest: 400,
  BadRequest: 400,
  BucketNotEmpty: 409,
  IncompleteBody: 400,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidDigest: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidTag: 400,
  KeyTooLongError: 400,
  MetadataTooLarge: 400,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchVersion: 404,
  NotImplemented: 501,
  NotModified: 304,
  PreconditionFailed: 412,
  InvalidKey: 400,
  BodyUsed: undefined,
  DatastoreClosed: undefined,
  RequestFailed: undefined,
};

/** One reason to refuse a call, as its error shows it. */
export interface Fault {
  readonly code: string;
  readonly status: number | undefined;
  readonly operation: string;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

/** A fault, as far as the rule knows it that found it. `bucket` and `key` are the call's own where they are not given. */
export interface Finding {
  readonly code: string;
  readonly status?: number;
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
}

/** Ends the model's answer to a call. Of several wrong arguments any may be the one that is named. */
export class Refusal extends Error {
  readonly findings: readonly Finding[];
  /** The call may as well end with the reason of its signal, which aborts while the call is under way. */
  readonly orAborted: boolean;

  constructor(findings: readonly Finding[], orAborted = false) {
    super(findings.map(({ code }) => code).join(' or '));
    this.findings = findings;
    this.orAborted = orAborted;
  }
}

/** @throws the refusal with one code. */
export function refuse(code: string, about: Omit<Finding, 'code'> = {}): never {
  throw new Refusal([{ ...about, code }]);
}

/** The whole of a finding about a call. */
export function faultOf(
  finding: Finding,
  call: { readonly operation: string; readonly bucket: string | undefined; readonly key: string | undefined },
): Fault {
  return {
    code: finding.code,
    status: finding.status ?? statuses[finding.code],
    ...call,
    ...('bucket' in finding ? { bucket: finding.bucket } : {}),
    ...('key' in finding ? { key: finding.key } : {}),
  };
}
