# Legation in a container: docker build -t legation . && docker run --init -p 7070:7070 legation
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements.txt .
RUN python -m venv /opt/legation \
 && /opt/legation/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN /opt/legation/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation -w /wheel . \
 && /opt/legation/bin/pip install --no-cache-dir --no-deps /wheel/*.whl

FROM python:3.11-slim-bookworm
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends libmimalloc2.0 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 legation
COPY --from=build /opt/legation /opt/legation
ENV PATH=/opt/legation/bin:$PATH PYTHONUNBUFFERED=1
USER legation
WORKDIR /home/legation
# The graph is validated and closed when the image is built: a container starts in about a second.
RUN legation build
EXPOSE 7070
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7070/health', timeout=2)"]
# Readers are forked from the keeper, which reaps them; run with --init to have those reaped too whose
# keeper has died.
CMD ["legation", "serve", "--host", "0.0.0.0"]
