using System.Net;
using System.Net.Http.Headers;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cli.Models;

/// <summary>
/// Fetches a file over HTTP into a partial file that outlives interruptions: the next attempt, of this process or another one, asks for the
/// rest. Servers without ranges are asked for the whole again. What arrives is not trusted: the caller compares the digest.
/// </summary>
/// <param name="client">Without a time limit of its own; stays the caller's.</param>
/// <param name="clock">Clock for waiting.</param>
internal sealed class ResumableDownload(HttpClient client, TimeProvider clock)
{
    /// <summary>Attempts in a row that bring the file no further before the download is given up.</summary>
    private const int FruitlessAttempts = 4;

    private const int BufferBytes = 1 << 18;
    private const long ReportBytes = 64L << 20;

    /// <summary>Room that must remain on the disk.</summary>
    private const long ReserveBytes = 64L << 20;

    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Fetches the whole file.</summary>
    /// <param name="url">Where it is.</param>
    /// <param name="part">Partial file; its folder is made when it does not exist.</param>
    /// <param name="cancellation">Stops; the partial file stays.</param>
    /// <exception cref="ModelException">The server does not give the file (<see cref="ErrorCode.ModelDownloadFailed"/>).</exception>
    /// <exception cref="StoreException">There is no room, or the place cannot be written.</exception>
    public async Task FetchAsync(Uri url, string part, CancellationToken cancellation)
    {
        long farthest = -1;
        for (int fruitless = 0; ;)
        {
            try
            {
                await AttemptAsync(url, part, cancellation);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException && !cancellation.IsCancellationRequested)
            {
                long length = File.Exists(part) ? new FileInfo(part).Length : 0;
                fruitless = length > farthest ? 1 : fruitless + 1;
                farthest = Math.Max(farthest, length);
                if (fruitless >= FruitlessAttempts)
                {
                    throw Failed(url, $"The connection failed {fruitless} times in a row: {e.Message} {length} bytes are kept.", e);
                }

                await Task.Delay(FirstPause * Math.Pow(2, fruitless), clock, cancellation);
            }
        }
    }

    private async Task AttemptAsync(Uri url, string part, CancellationToken cancellation)
    {
        await using FileStream file = Open(part);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Range = file.Length > 0 ? new RangeHeaderValue(file.Length, null) : null;
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(LongestSilence);
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
            if (IsComplete(response, file.Length))
            {
                return;
            }

            Prepare(url, response, file);
            RequireRoom(part, response.Content.Headers.ContentLength ?? 0);
            await CopyAsync(response, file, part, silence);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"The server was silent for {LongestSilence.TotalSeconds:0} seconds.", e);
        }
    }

    /// <summary>The server has nothing behind the partial file, and it is as long as the whole.</summary>
    private static bool IsComplete(HttpResponseMessage response, long have) =>
        response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && have > 0 && response.Content.Headers.ContentRange?.Length == have;

    /// <summary>Puts the file at the place where the answer goes on.</summary>
    private static void Prepare(Uri url, HttpResponseMessage response, FileStream file)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange?.From == file.Length:
                Console.Error.WriteLine(FormattableString.Invariant($"resuming at {file.Length:N0} bytes"));
                file.Position = file.Length;
                break;
            case HttpStatusCode.OK:
                file.SetLength(0);
                break;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                file.SetLength(0);
                throw new IOException("The partial file does not belong to what the server has; the download begins anew.");
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                throw new HttpRequestException($"The server answers {(int)response.StatusCode} ({response.ReasonPhrase}).");
            default:
                throw Failed(url, $"The server answers {(int)response.StatusCode} ({response.ReasonPhrase}).");
        }
    }

    private static async Task CopyAsync(HttpResponseMessage response, FileStream file, string part, CancellationTokenSource silence)
    {
        long whole = file.Position + (response.Content.Headers.ContentLength ?? 0);
        long reported = file.Position;
        var buffer = new byte[BufferBytes];
        await using Stream content = await response.Content.ReadAsStreamAsync(silence.Token);
        for (int read = await content.ReadAsync(buffer, silence.Token); read > 0; read = await content.ReadAsync(buffer, silence.Token))
        {
            silence.CancelAfter(LongestSilence);
            try
            {
                file.Write(buffer, 0, read);
                file.Flush();
            }
            catch (IOException e)
            {
                throw NotWritable(part, e);
            }

            if (file.Position - reported >= ReportBytes)
            {
                reported = file.Position;
                Console.Error.WriteLine(FormattableString.Invariant($"{file.Position / 1e6:N0} of {whole / 1e6:N0} MB"));
            }
        }

        file.Flush(flushToDisk: true);
    }

    private static FileStream Open(string part)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(part))!);
            return new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(part, e);
        }
    }

    private static void RequireRoom(string part, long needed)
    {
        long free = new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(part))!).AvailableFreeSpace;
        if (free < needed + ReserveBytes)
        {
            throw new StoreException(
                ErrorCode.DiskFull,
                $"Cannot download '{part}'.",
                FormattableString.Invariant($"{free >> 20} MiB are free, {(needed + ReserveBytes) >> 20} MiB are needed."),
                "Free disk space, or name another models folder with CELLVIT_MODELS.");
        }
    }

    private static StoreException NotWritable(string part, Exception cause) => new(
        ErrorCode.OutputNotWritable,
        $"Cannot write '{part}'.",
        $"The system reports: {cause.Message}",
        "Check the permissions and the room of the models folder, and that no other download of the file is under way.",
        cause);

    private static ModelException Failed(Uri url, string why, Exception? inner = null) => new(
        ErrorCode.ModelDownloadFailed,
        $"Cannot download '{url}'.",
        why,
        "Start the same command again, name a mirror with --mirror, or fetch the file elsewhere and use 'cellvit models import'.",
        inner);
}
