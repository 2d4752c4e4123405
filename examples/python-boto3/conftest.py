import json
import os
import signal
import subprocess
import uuid

import boto3
import pytest
from botocore.config import Config


@pytest.fixture(scope="session")
def s3():
    """Starts a server in memory, and returns a client of it."""
    command = ["npx", "anybucket", "serve", "memory:", "--port", "0", "--json"]
    # A process group of its own, so that npx and the server are stopped together.
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            server = json.loads(process.stdout.readline())
            yield boto3.client(
                "s3",
                endpoint_url=server["url"],
                region_name=server["region"],
                aws_access_key_id=server["accessKey"],
                aws_secret_access_key=server["secretKey"],
                config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
            )
        finally:
            os.killpg(process.pid, signal.SIGTERM)


@pytest.fixture
def bucket(s3):
    """Creates a bucket per test."""
    name = f"test-{uuid.uuid4()}"
    s3.create_bucket(Bucket=name)
    return name
