"""The documents of customers, one object each, in a bucket of S3."""

from botocore.exceptions import ClientError


class Documents:
    def __init__(self, client, bucket):
        self._client = client
        self._bucket = bucket

    def save(self, customer, name, body):
        self._client.put_object(Bucket=self._bucket, Key=f"{customer}/{name}", Body=body)

    def read(self, customer, name):
        """Returns the content of a document, or None if it does not exist."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=f"{customer}/{name}")["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise

    def link(self, customer, name):
        """Returns a URL that downloads a document within one minute."""
        params = {"Bucket": self._bucket, "Key": f"{customer}/{name}"}
        return self._client.generate_presigned_url("get_object", Params=params, ExpiresIn=60)
