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

const malformedCredential =
  'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".';
const malformedDate =
  'Error parsing the X-Amz-Credential parameter; incorrect date format. This date in the credential must be in the format "yyyyMMdd".';
const wrongTerminal = 'Error parsing the X-Amz-Credential parameter; incorrect terminal. This endpoint uses "aws4_request".';

/**
 * Parses a credential.
 *
 * @param region the region that requests must be signed for; undefined accepts any.
 * @throws `AuthorizationQueryParametersError`, `AuthorizationParametersError`, `AuthorizationHeaderMalformed` for another region.
 */
export function parseCredentialScope(credential: string, region: string | undefined): CredentialScope {
  const parts = credential.trim().split('/');
  const [terminal, service, signedRegion, date] = parts.slice(-4).reverse();
  // The access key itself may contain slashes.
  const accessKey = parts.slice(0, -4).join('/');
  if (parts.length < 5 || date === undefined || signedRegion === undefined)
    throw new S3Error('AuthorizationQueryParametersError', { message: malformedCredential });
  if (!isDate(date)) throw new S3Error('AuthorizationQueryParametersError', { message: malformedDate });
  if (region !== undefined && signedRegion !== region)
    throw new S3Error('AuthorizationHeaderMalformed', {
      message: `The authorization header is malformed; the region is wrong; expecting '${region}'.`,
      elements: { Region: region },
    });
  if (service !== 's3') throw new S3Error('AuthorizationParametersError');
  if (terminal !== 'aws4_request') throw new S3Error('AuthorizationQueryParametersError', { message: wrongTerminal });
  return { accessKey, date, region: signedRegion, scope: `${date}/${signedRegion}/s3/aws4_request` };
}

function isDate(text: string): boolean {
  return /^\d{8}$/.test(text) && !Number.isNaN(Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`));
}
