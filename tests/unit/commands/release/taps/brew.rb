# What Homebrew does with a formula, as far as ours need it: reads it for a system and a processor, steps into the only
# folder of the archive, installs into a prefix and runs the test. Prints what the formula says of itself as JSON.
# Arguments: formula, class, macos or linux, arm64 or x86_64, the folder that the archive was unpacked into, the prefix.
require "fileutils"
require "json"
require "pathname"

FORMULA, CLASS, SYSTEM, PROCESSOR, UNPACKED, PREFIX = ARGV

class Pathname
  def install(*sources)
    sources.flatten.each do |source|
      pairs = source.is_a?(Hash) ? source : { source => File.basename(source) }
      pairs.each do |from, to|
        mkpath
        raise "#{from} is not there" unless File.exist?(from)

        FileUtils.mv(from, self / to)
      end
    end
  end

  def install_symlink(*sources)
    sources.each do |source|
      pairs = source.is_a?(Hash) ? source : { source => File.basename(source) }
      pairs.each do |from, to|
        mkpath
        File.symlink(Pathname(from).relative_path_from(self), self / to)
      end
    end
  end
end

module OS
  def self.mac? = SYSTEM == "macos"
  def self.linux? = SYSTEM == "linux"
end

module Hardware
  module CPU
    def self.arm? = PROCESSOR == "arm64"
    def self.intel? = PROCESSOR == "x86_64"
  end
end

class Formula
  SAID = Hash.new { |said, key| said[key] = [] }

  class << self
    %i[desc homepage version license url sha256 depends_on skip_clean].each do |word|
      define_method(word) { |value| SAID[word] << value }
    end

    def preserve_rpath = SAID[:preserve_rpath] << true
    def on_macos = OS.mac? && yield
    def on_linux = OS.linux? && yield
    def on_arm = Hardware::CPU.arm? && yield
    def on_intel = Hardware::CPU.intel? && yield
    def test(&block) = define_method(:run_test, &block)
  end

  def prefix = Pathname(PREFIX)
  def bin = prefix / "bin"
  def libexec = prefix / "libexec"
  def man1 = prefix / "share/man/man1"
  def bash_completion = prefix / "etc/bash_completion.d"
  def zsh_completion = prefix / "share/zsh/site-functions"
  def fish_completion = prefix / "share/fish/vendor_completions.d"
  def version = SAID[:version].last
  def system(*command) = Kernel.system(*command.map(&:to_s)) || raise("#{command.join(" ")} failed")

  def assert_predicate(value, question)
    raise "#{value} is not #{question}" unless value.public_send(question)
  end
end

load FORMULA
formula = Object.const_get(CLASS).new
Dir.chdir(UNPACKED)
entries = Dir["*"]
Dir.chdir(entries.first) if entries.one? && File.directory?(entries.first)
formula.install
formula.run_test
puts JSON.generate(Formula::SAID)
