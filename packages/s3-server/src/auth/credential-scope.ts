import { S3Error } from '../protocol/s3-error.js';

/** The parsed `Credential` of a signature: `KEY/YYYYMMDD/REGION/s3/aws4_request`. */
export interface CredentialScope {
  readonly accessKey: string;
  /** `YYYYMMDD` */
  readonly date: string;
  readonly region: string;
  /** The scope without the access key, as it is signed. */
  readonly scope: string;
}

/** Where a credential was found, which determines the error of a malformed one. */
export type CredentialPlace = 'header' | 'query';

const expectedCredential = 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".';

/**
 * Parses a credential.
 *
 * @param region the region that requests must be signed for; undefined accepts any.
 * @throws `AuthorizationHeaderMalformed` or `AuthorizationQueryParametersError`, by the place.
 */
export function parseCredentialScope(credential: string, region: string | undefined, place: CredentialPlace): CredentialScope {
  const parts = credential.trim().split('/');
  const [terminal, service, signedRegion, date] = parts.slice(-4).reverse();
  // The access key itself may contain slashes.
  const accessKey = parts.slice(0, -4).join('/');
  if (parts.length < 5 || date === undefined || signedRegion === undefined) throw credentialError(place, expectedCredential);
  if (terminal !== 'aws4_request')
    throw credentialError(place, `incorrect terminal ${JSON.stringify(terminal)}. This endpoint uses "aws4_request".`);
  if (service !== 's3') throw credentialError(place, `incorrect service ${JSON.stringify(service)}. This endpoint belongs to "s3".`);
  if (!isDate(date))
    throw credentialError(
      place,
      `incorrect date format ${JSON.stringify(date)}. This date in the credential must be in the format "yyyyMMdd".`,
    );
  if (region !== undefined && signedRegion !== region)
    throw credentialError(place, `the region ${JSON.stringify(signedRegion)} is wrong; expecting ${JSON.stringify(region)}`, {
      Region: region,
    });
  return { accessKey, date, region: signedRegion, scope: `${date}/${signedRegion}/s3/aws4_request` };
}

function credentialError(place: CredentialPlace, reason: string, elements?: Readonly<Record<string, string>>): S3Error {
  return place === 'header'
    ? malformedAuthorization(reason, elements)
    : new S3Error('AuthorizationQueryParametersError', { message: `Error parsing the X-Amz-Credential parameter; ${reason}`, elements });
}

/** Creates the error of a malformed `Authorization` header. */
export function malformedAuthorization(reason: string, elements?: Readonly<Record<string, string>>): S3Error {
  return new S3Error('AuthorizationHeaderMalformed', { message: `The authorization header is malformed; ${reason}`, elements });
}

function isDate(text: string): boolean {
  return /^\d{8}$/.test(text) && !Number.isNaN(Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`));
}
