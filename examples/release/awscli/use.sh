#!/bin/sh
# Use the AWS CLI, called as $1: ends with 0 when all is as it is with an installed one. try.sh tells what SERVER and others are.
set -eu
aws=$1
export AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=secret AWS_DEFAULT_REGION=eu-central-1 AWS_PAGER=

"$aws" --version
# A service is described by JSON files, of which there are thousands.
"$aws" ec2 run-instances --generate-cli-skeleton | grep ImageId
"$aws" cloudformation create-stack --generate-cli-skeleton | grep StackName
# An object, from what a server has under the bucket's name.
mkdir -p "$FILES/bucket"
printf 'an object' >"$FILES/bucket/key"
"$aws" s3api get-object --endpoint-url "$SERVER" --bucket bucket --key key got
cmp got "$FILES/bucket/key"
"$aws" s3 presign s3://bucket/key | grep 'X-Amz-Signature='
# Certificates: those that are brought along do not have this one.
"$aws" s3api get-object --endpoint-url "$SERVER_TLS" --bucket bucket --key key got 2>&1 | grep -i 'certificate verify failed'
