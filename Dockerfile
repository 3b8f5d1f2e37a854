# Row by Row in a container, see docs/serving.md:  docker build --tag row-by-row .

# The Python with which the tests are run
FROM python:3.11-slim-bookworm AS build

# PyTorch's own CPU-only pair is 5 GB smaller than the registry's; the app computes on the processor.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu

RUN python -m venv /opt/rowbyrow
ENV PATH=/opt/rowbyrow/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /source
COPY requirements.txt requirements-cluster.txt requirements-database.txt ./
RUN grep -E '^(torch|torchvision)==' requirements.txt > pair.txt \
    && pip install --no-compile --no-deps --index-url "$TORCH_INDEX" --requirement pair.txt \
    && pip install --no-compile --requirement requirements-cluster.txt \
        --requirement requirements-database.txt

COPY pyproject.toml README.md LICENSE app.py ./
COPY .streamlit .streamlit
COPY assets assets
COPY pages pages
COPY rnndemo rnndemo
COPY deploy/compile.py deploy/
RUN pip install --no-compile --no-deps .
# Libraries' tests, headers and parts for other programs are of no use here, nor is pip.
WORKDIR /opt/rowbyrow/lib/python3.11/site-packages
RUN find . -type d \( -name tests -o -path ./torch/include -o -path ./torch/test \
        -o -path ./pyarrow/include -o -path ./pydeck/nbextension \) -prune -exec rm -r {} + \
    && find torch/bin -type f ! -name torch_shm_manager -delete \
    && pip uninstall --yes pip \
    && python /source/deploy/compile.py


FROM python:3.11-slim-bookworm

RUN useradd --uid 10001 --no-create-home --home-dir /data rowbyrow \
    && install --directory --owner rowbyrow --mode 0700 /data
COPY --from=build /opt/rowbyrow /opt/rowbyrow

ENV PATH=/opt/rowbyrow/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ROWBYROW_HOME=/data/home \
    ROWBYROW_DATA=/data/downloads
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8501

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://localhost:8501/_stcore/health')"]

CMD ["rowbyrow", "--host", "0.0.0.0"]
