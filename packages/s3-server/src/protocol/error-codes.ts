/** The status and the message of an error code. The codes are those of MinIO; most messages are those of S3, which client tests compare. */
export interface ErrorDescription {
  /** The HTTP status. */
  readonly status: number;
  readonly message: string;
}

/** The error codes of the server. An error may have another message than the one given here. */
const errorCodes = {
  AccessDenied: { status: 403, message: 'Access Denied.' },
  AllAccessDisabled: { status: 403, message: 'All access to this resource has been disabled.' },
  AuthorizationHeaderMalformed: { status: 400, message: 'The authorization header is malformed.' },
  AuthorizationQueryParametersError: { status: 400, message: 'The query string of the signature is malformed.' },
  BadDigest: { status: 400, message: 'The Content-MD5 you specified did not match what we received.' },
  BadRequest: { status: 400, message: '400 BadRequest' },
  BucketAlreadyExists: {
    status: 409,
    message:
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
  },
  BucketAlreadyOwnedByYou: {
    status: 409,
    message: 'Your previous request to create the named bucket succeeded and you already own it.',
  },
  BucketNotEmpty: { status: 409, message: 'The bucket you tried to delete is not empty.' },
  ClientDisconnected: { status: 499, message: 'Client disconnected before response was ready' },
  EntityTooLarge: { status: 400, message: 'Your proposed upload exceeds the maximum allowed object size.' },
  EntityTooSmall: { status: 400, message: 'Your proposed upload is smaller than the minimum allowed size' },
  IllegalVersioningConfigurationException: {
    status: 400,
    message: 'Versioning configuration specified in the request is invalid.',
  },
  IncompleteBody: { status: 400, message: 'You did not provide the number of bytes specified by the Content-Length HTTP header.' },
  InternalError: { status: 500, message: 'We encountered an internal error, please try again.' },
  InvalidAccessKeyId: { status: 403, message: 'The AWS Access Key Id you provided does not exist in our records.' },
  InvalidArgument: { status: 400, message: 'Invalid argument' },
  InvalidBucketState: {
    status: 409,
    message: 'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
  },
  InvalidBucketName: { status: 400, message: 'The specified bucket is not valid.' },
  InvalidDigest: { status: 400, message: 'The Content-Md5 you specified is not valid.' },
  InvalidPart: {
    status: 400,
    message:
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  },
  InvalidPartNumber: { status: 416, message: 'The requested partnumber is not satisfiable.' },
  InvalidPartOrder: {
    status: 400,
    message: 'The list of parts was not in ascending order. Parts must be ordered by part number.',
  },
  InvalidPolicyDocument: { status: 400, message: 'The content of the form does not meet the conditions specified in the policy document.' },
  InvalidRange: { status: 416, message: 'The requested range is not satisfiable' },
  InvalidRequest: { status: 400, message: 'Invalid Request' },
  InvalidStorageClass: { status: 400, message: 'Invalid storage class.' },
  InvalidTag: { status: 400, message: 'The tag provided was not a valid tag.' },
  InvalidTokenId: { status: 403, message: 'The security token included in the request is invalid' },
  KeyTooLongError: { status: 400, message: 'Your key is too long.' },
  MalformedDate: {
    status: 400,
    message: 'Invalid date format header, expected to be in ISO8601, RFC1123 or RFC1123Z time format.',
  },
  MalformedPOSTRequest: { status: 400, message: 'The body of your POST request is not well-formed multipart/form-data.' },
  MalformedXML: {
    status: 400,
    message: 'The XML you provided was not well-formed or did not validate against our published schema.',
  },
  MetadataTooLarge: { status: 400, message: 'Your metadata headers exceed the maximum allowed metadata size' },
  MethodNotAllowed: { status: 405, message: 'The specified method is not allowed against this resource.' },
  MissingContentLength: { status: 411, message: 'You must provide the Content-Length HTTP header.' },
  MissingFields: { status: 400, message: 'Missing fields in request.' },
  MissingContentMD5: {
    status: 400,
    message: 'Missing or invalid required header for this request: Content-Md5 or Amz-Content-Checksum',
  },
  NoSuchBucket: { status: 404, message: 'The specified bucket does not exist.' },
  NoSuchBucketPolicy: { status: 404, message: 'The bucket policy does not exist.' },
  NoSuchCORSConfiguration: { status: 404, message: 'The CORS configuration does not exist' },
  NoSuchKey: { status: 404, message: 'The specified key does not exist.' },
  NoSuchLifecycleConfiguration: { status: 404, message: 'The lifecycle configuration does not exist' },
  NoSuchObjectLockConfiguration: { status: 404, message: 'The specified object does not have a ObjectLock configuration' },
  NoSuchTagSet: { status: 404, message: 'The TagSet does not exist.' },
  NoSuchUpload: {
    status: 404,
    message:
      'The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  },
  NoSuchVersion: { status: 404, message: 'The specified version does not exist.' },
  NoSuchWebsiteConfiguration: { status: 404, message: 'The specified bucket does not have a website configuration' },
  NotImplemented: { status: 501, message: 'A header you provided implies functionality that is not implemented.' },
  NotModified: { status: 304, message: 'Not Modified' },
  ObjectLockConfigurationNotFoundError: { status: 404, message: 'Object Lock configuration does not exist for this bucket.' },
  OperationAborted: { status: 409, message: 'A conflicting conditional operation is currently in progress against this resource.' },
  PreconditionFailed: { status: 412, message: 'At least one of the pre-conditions you specified did not hold.' },
  ReplicationConfigurationNotFoundError: { status: 404, message: 'The replication configuration was not found' },
  RequestTimeTooSkewed: { status: 403, message: 'The difference between the request time and the current time is too large.' },
  RequestTimeout: {
    status: 503,
    message: 'A timeout occurred while trying to lock a resource, please reduce your request rate',
  },
  ServerSideEncryptionConfigurationNotFoundError: { status: 404, message: 'The server side encryption configuration was not found' },
  ServiceUnavailable: { status: 503, message: 'The service is unavailable. Please retry.' },
  SignatureDoesNotMatch: {
    status: 403,
    message: 'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  },
  SlowDown: { status: 503, message: 'Resource requested is unreadable, please reduce your request rate' },
  XAmzContentChecksumMismatch: { status: 400, message: "The provided 'x-amz-checksum' header does not match what was computed." },
  XAmzContentSHA256Mismatch: { status: 400, message: "The provided 'x-amz-content-sha256' header does not match what was computed." },
  XMinioAdminInvalidArgument: { status: 400, message: 'Invalid arguments specified.' },
  XMinioInvalidObjectName: { status: 400, message: 'Object name contains unsupported characters.' },
  XMinioInvalidResourceName: { status: 400, message: 'Resource name contains bad components such as ".." or ".".' },
  XMinioStorageFull: {
    status: 507,
    message: 'Storage backend has reached its minimum free drive threshold. Please delete a few objects to proceed.',
  },
} as const satisfies Record<string, ErrorDescription>;

/** A code that the server sends. */
export type ErrorCode = keyof typeof errorCodes;

/** Returns the status and the message of any code, also of one that only the server behind a datastore sends. */
export function describeErrorCode(code: string): ErrorDescription | undefined {
  return Object.hasOwn(errorCodes, code) ? errorCodes[code as ErrorCode] : undefined;
}
