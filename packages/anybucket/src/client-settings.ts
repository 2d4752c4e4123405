import type { S3Server } from '@anybucket/s3-server';

/** Returns lines that show how to connect, ready to be copied. */
export function clientSettings({ url, credentials, region }: Pick<S3Server, 'url' | 'credentials' | 'region'>): string[] {
  const { accessKey, secretKey } = credentials;
  return [
    `Endpoint    ${url}`,
    `Access key  ${accessKey}`,
    `Secret key  ${secretKey}`,
    `Region      ${region}`,
    '',
    'AWS CLI, and any AWS SDK:',
    `  export AWS_ENDPOINT_URL=${url} AWS_REGION=${region}`,
    `  export AWS_ACCESS_KEY_ID=${shellQuote(accessKey)} AWS_SECRET_ACCESS_KEY=${shellQuote(secretKey)}`,
    '  aws s3 mb s3://photos && aws s3 ls',
    '',
    'boto3:',
    `  boto3.client('s3', endpoint_url='${url}', region_name='${region}',`,
    `               aws_access_key_id=${JSON.stringify(accessKey)}, aws_secret_access_key=${JSON.stringify(secretKey)})`,
    '',
    'AWS SDK for JavaScript:',
    `  new S3Client({ endpoint: '${url}', region: '${region}', forcePathStyle: true,`,
    `                 credentials: { accessKeyId: ${JSON.stringify(accessKey)}, secretAccessKey: ${JSON.stringify(secretKey)} } })`,
    '',
    'mc:',
    `  mc alias set local ${url} ${shellQuote(accessKey)} ${shellQuote(secretKey)}`,
  ];
}

function shellQuote(text: string): string {
  return /^[\w./+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
