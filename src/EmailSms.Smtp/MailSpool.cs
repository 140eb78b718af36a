using System.Buffers;

namespace EmailSms.Smtp;

/// <summary>
/// The octets of one mail while it is received and answered: in pooled memory up to a limit, then in a file that has no
/// name where the system allows it. Disposing gives back the memory and the file.
/// </summary>
internal sealed class MailSpool(string folder, int memoryBytesMax) : IDisposable
{
    private const int FirstBytes = 4096; // one block of Kestrel's pool: a mail that fits one read is copied once

    private byte[]? _memory = ArrayPool<byte>.Shared.Rent(FirstBytes);
    private int _memoryBytes;
    private FileStream? _file;
    private long _fileBytes;

    public long LengthBytes => _fileBytes + _memoryBytes;

    /// <summary>The memory is used up: call <see cref="SpillAsync"/> before more is appended.</summary>
    public bool IsFull => _memoryBytes >= memoryBytesMax;

    /// <summary>The file, for as long as there is one.</summary>
    internal string? FilePath => _file?.Name;

    public void Append(ReadOnlySpan<byte> octets)
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        int needed = _memoryBytes + octets.Length;
        if (needed > _memory.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _memory.Length * 2));
            _memory.AsSpan(0, _memoryBytes).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_memory);
            _memory = larger;
        }

        octets.CopyTo(_memory.AsSpan(_memoryBytes));
        _memoryBytes = needed;
    }

    /// <summary>Moves what is in memory to the file.</summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public async ValueTask SpillAsync()
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        _file ??= Open();
        await RandomAccess.WriteAsync(_file.SafeFileHandle, _memory.AsMemory(0, _memoryBytes), _fileBytes);
        _fileBytes += _memoryBytes;
        _memoryBytes = 0;
    }

    public Stream OpenRead()
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        return new SpoolStream(this);
    }

    /// <summary>Reads at a place. The file comes first, the memory is the mail's end.</summary>
    public int Read(long offset, Span<byte> target)
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        return offset < _fileBytes
            ? RandomAccess.Read(_file!.SafeFileHandle, target[..FileBytesAt(offset, target.Length)], offset)
            : ReadMemory(offset, target);
    }

    public ValueTask<int> ReadAsync(long offset, Memory<byte> target, CancellationToken deadline)
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        return offset < _fileBytes
            ? RandomAccess.ReadAsync(
                _file!.SafeFileHandle, target[..FileBytesAt(offset, target.Length)], offset, deadline)
            : ValueTask.FromResult(ReadMemory(offset, target.Span));
    }

    public void Dispose()
    {
        if (_memory is null) return;
        ArrayPool<byte>.Shared.Return(_memory);
        _memory = null;
        _file?.Dispose();
    }

    private int FileBytesAt(long offset, int wantedBytes) => (int)Math.Min(_fileBytes - offset, wantedBytes);

    private int ReadMemory(long offset, Span<byte> target)
    {
        long start = offset - _fileBytes;
        if (start >= _memoryBytes) return 0;
        int bytes = (int)Math.Min(_memoryBytes - start, target.Length);
        _memory.AsSpan((int)start, bytes).CopyTo(target);
        return bytes;
    }

    private FileStream Open()
    {
        string path = Path.Combine(folder, $"mail-{Guid.NewGuid():N}.spool");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 0,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
        };
        if (OperatingSystem.IsWindows()) return new FileStream(path, options);

        options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        options.Options = FileOptions.Asynchronous;
        var file = new FileStream(path, options);
        try
        {
            File.Delete(path); // the handle keeps the octets, and no kill can leave the file behind
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
